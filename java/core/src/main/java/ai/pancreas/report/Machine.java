package ai.pancreas.report;

import ai.pancreas.kernel.Kernels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a measurement was made on. It names neither the machine nor its user.
 *
 * @param system operating system and architecture
 * @param cpu the processor's own name, and its widest vector instructions where they are known
 * @param processors processors that Java may use
 * @param memoryGb the machine's memory, 10^9 bytes; NaN where it is not known
 * @param java version and vendor
 * @param kernels the kernels in use, such as {@code native avx2}
 * @param load processes that wanted to run in the last minute, on average; negative where it is not
 *     known
 */
public record Machine(
    String system,
    String cpu,
    int processors,
    double memoryGb,
    String java,
    String kernels,
    double load) {

  /** This machine, now. */
  public static Machine here() {
    OperatingSystemMXBean bean = ManagementFactory.getOperatingSystemMXBean();
    double memory =
        bean instanceof com.sun.management.OperatingSystemMXBean sun
            ? sun.getTotalMemorySize() / 1e9
            : Double.NaN;
    return new Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        cpuName(),
        Runtime.getRuntime().availableProcessors(),
        memory,
        System.getProperty("java.version") + ", " + System.getProperty("java.vendor"),
        Kernels.best().name(),
        bean.getSystemLoadAverage());
  }

  /** All that is known of it, in one line. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(cpu).append(", ").append(processors).append(" processors");
    if (!Double.isNaN(memoryGb)) {
      text.append(String.format(Locale.ROOT, ", %.0f GB", memoryGb));
    }
    text.append(", ").append(system).append(", Java ").append(java);
    text.append(", kernels ").append(kernels);
    if (load >= 0) {
      text.append(String.format(Locale.ROOT, ", load %.1f", load));
    }
    return text.toString();
  }

  private static String cpuName() {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try {
        List<String> lines = Files.readAllLines(info, StandardCharsets.ISO_8859_1);
        Optional<String> name = field(lines, "model name");
        if (name.isPresent()) {
          return name.get() + vectors(field(lines, "flags").orElse(""));
        }
      } catch (IOException e) {
        // Then what the system's environment says.
      }
    }
    return Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")).orElse("unknown CPU");
  }

  private static Optional<String> field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst();
  }

  private static String vectors(String flags) {
    List<String> all = List.of(flags.split(" "));
    if (all.contains("avx512f")) {
      return " (AVX-512)";
    }
    return all.contains("avx2") ? " (AVX2)" : "";
  }
}
