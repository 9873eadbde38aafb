package ai.pancreas.benchmarks;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.StreamSupport;

/**
 * Prints a run of {@link EngineBenchmark} and {@link SgemmBenchmark} as a table: the median time of
 * each engine, and its ratio to the time that the same arithmetic takes at OpenBLAS's rate.
 */
public final class EngineTable {
  /** The network's arithmetic for 160 slices of 160 x 160. */
  private static final double NETWORK_GFLOP = 438;

  private static final double SGEMM_GFLOP = 2 * Math.pow(2048, 3) / 1e9;

  private EngineTable() {}

  /** Reads the JSON file that JMH wrote. */
  public static void main(String[] args) throws IOException {
    JsonElement results = JsonParser.parseString(Files.readString(Path.of(args[0])));
    double sgemmMillis = Double.NaN;
    for (JsonElement element : results.getAsJsonArray()) {
      if (element.getAsJsonObject().get("benchmark").getAsString().contains("Sgemm")) {
        sgemmMillis = medianMillis(element.getAsJsonObject());
      }
    }
    double rate = SGEMM_GFLOP / sgemmMillis * 1e3;
    double floorSeconds = NETWORK_GFLOP / rate;
    System.out.println("| what | seconds, median | ratio to sgemm |");
    System.out.println("| --- | --- | --- |");
    System.out.printf(
        "| 438 GFLOP at OpenBLAS's %.0f GFLOP/s | %.2f | 1.00 |%n", rate, floorSeconds);
    for (JsonElement element : results.getAsJsonArray()) {
      JsonObject result = element.getAsJsonObject();
      if (result.get("benchmark").getAsString().contains("EngineBenchmark")) {
        double seconds = medianMillis(result) / 1e3;
        System.out.printf(
            "| %s, %s threads | %.2f | %.2f |%n",
            result.getAsJsonObject("params").get("engine").getAsString(),
            result.getAsJsonObject("params").get("threads").getAsString(),
            seconds,
            seconds / floorSeconds);
      }
    }
  }

  private static double medianMillis(JsonObject result) {
    double[] values =
        StreamSupport.stream(
                result
                    .getAsJsonObject("primaryMetric")
                    .getAsJsonArray("rawData")
                    .get(0)
                    .getAsJsonArray()
                    .spliterator(),
                false)
            .mapToDouble(JsonElement::getAsDouble)
            .toArray();
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
