/** The compute kernels, in Java and in native code. */
package ai.pancreas.kernel;
