/** Networks on TensorFlow's C API. */
package ai.pancreas.tensorflow;
