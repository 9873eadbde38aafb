/** Training of networks on TensorFlow's C API. */
package ai.pancreas.train;
