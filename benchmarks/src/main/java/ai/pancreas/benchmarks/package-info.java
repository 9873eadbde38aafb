/** JMH benchmarks. Run them with {@code benchmarks/run.sh}. */
package ai.pancreas.benchmarks;
