/** The engine in C++ for CPUs. */
package ai.pancreas.engine.cpu;
