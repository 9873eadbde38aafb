package ai.pancreas.kernel;

class JavaNetworkKernelsTest extends NetworkKernelsContract {
  @Override
  Kernels kernels() {
    return new JavaKernels();
  }
}
