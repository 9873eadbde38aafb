package ai.pancreas.benchmarks;

import ai.pancreas.report.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Pieces of work that are timed in turns, so that what disturbs a busy machine disturbs all alike.
 * Ratios are medians of the rounds' own ratios.
 *
 * @param machine the machine, and its load before the first round
 * @param date the day, ISO 8601
 * @param keras the versions of Keras and TensorFlow beside ours, or why there are none
 * @param milliseconds of all rounds
 * @param ratio one of the pieces to each of all
 */
record Turns(
    Machine machine,
    String date,
    int threads,
    String keras,
    Map<String, List<Double>> milliseconds,
    Map<String, Double> medianMilliseconds,
    Map<String, Double> ratio) {
  private static final int WARM_UP = 3;

  /** Something that takes time. */
  interface Work {
    /** Does it once; the milliseconds that it took. */
    double run() throws IOException;
  }

  /** Work that Java times itself. */
  static Work timed(Runnable work) {
    return () -> {
      long start = System.nanoTime();
      work.run();
      return (System.nanoTime() - start) / 1e6;
    };
  }

  /**
   * Does all work in rounds, after a few rounds that do not count.
   *
   * @param compared the name of the work that is compared with all
   */
  static Turns take(Map<String, Work> all, String compared, int rounds, int threads, String keras)
      throws IOException {
    Machine machine = Machine.here();
    Map<String, List<Double>> times = new LinkedHashMap<>();
    all.keySet().forEach(what -> times.put(what, new ArrayList<>()));
    for (int round = -WARM_UP; round < rounds; round++) {
      for (Map.Entry<String, Work> work : all.entrySet()) {
        double time = work.getValue().run();
        if (round >= 0) {
          times.get(work.getKey()).add(time);
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    Map<String, Double> ratios = new LinkedHashMap<>();
    times.forEach(
        (what, ofAll) -> {
          List<Double> ofRounds = new ArrayList<>();
          for (int round = 0; round < ofAll.size(); round++) {
            ofRounds.add(times.get(compared).get(round) / ofAll.get(round));
          }
          medians.put(what, Median.of(ofAll));
          ratios.put(what, Median.of(ofRounds));
        });
    String today = LocalDate.now(ZoneOffset.UTC).toString();
    return new Turns(machine, today, threads, keras, times, medians, ratios);
  }

  /** Writes everything as JSON, and prints a table. */
  void report(Path json, String what, String compared) throws IOException {
    Results.writeJson(json, this);
    System.out.println(machine.describe());
    System.out.println(keras);
    System.out.println();
    System.out.printf(
        "| %s, medians of %d, %d threads | ms | %s to it |%n",
        what, milliseconds.get(compared).size(), threads, compared);
    System.out.println("| --- | ---: | ---: |");
    medianMilliseconds.forEach(
        (name, median) ->
            System.out.printf(
                Locale.ROOT, "| %s | %.0f | %.2f |%n", name, median, ratio.get(name)));
  }
}
