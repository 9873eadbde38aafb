package ai.pancreas.cli;

import ai.pancreas.Version;
import ai.pancreas.kernel.Kernels;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "pancreas-ai " + Version.current(),
      "kernels     " + Kernels.best().name(),
      "java        "
          + System.getProperty("java.version")
          + ", "
          + System.getProperty("java.vendor"),
      "system      " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
    };
  }
}
