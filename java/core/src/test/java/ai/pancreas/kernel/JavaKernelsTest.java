package ai.pancreas.kernel;

class JavaKernelsTest extends KernelsContract {
  @Override
  Kernels kernels() {
    return new JavaKernels();
  }
}
