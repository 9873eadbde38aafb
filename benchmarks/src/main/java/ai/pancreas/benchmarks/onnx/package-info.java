/** The network as an ONNX file, and ONNX Runtime as one more engine to compare with. */
package ai.pancreas.benchmarks.onnx;
