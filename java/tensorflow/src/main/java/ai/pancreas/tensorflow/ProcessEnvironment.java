package ai.pancreas.tensorflow;

/** The C environment of this process, which Java sees as it was at its start. */
final class ProcessEnvironment {
  private ProcessEnvironment() {}

  /**
   * Sets a variable unless the user did.
   *
   * @return whether it has a value now
   */
  static boolean setDefault(String name, String value) {
    if (System.getenv(name) != null) {
      return true;
    }
    try {
      Class<?> library = Class.forName("ai.pancreas.kernel.NativeLibrary");
      library.getMethod("setEnvironment", String.class, String.class).invoke(null, name, value);
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
