package ai.pancreas.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A batch that is ready for its step.
 *
 * @param epoch the epoch of the step, from 1 on
 * @param number its place within the epoch, from 0 on
 * @param samples what it is made of
 * @param buffers the memory that holds it
 * @param batch the values, in that memory
 */
record PreparedBatch(
    int epoch, int number, List<Sample> samples, BatchBuffers buffers, Batch batch) {

  private static final int MOST_NUMBERS = 16;

  /** What it is made of, for messages: the slices of each case, in brief where they are many. */
  String names() {
    Map<String, List<Integer>> slices = new TreeMap<>();
    for (Sample sample : samples) {
      slices.computeIfAbsent(sample.source().id(), id -> new ArrayList<>()).add(sample.slice());
    }
    List<String> names = new ArrayList<>();
    slices.forEach((id, numbers) -> names.add(id + " slice " + text(numbers)));
    return String.join("; ", names);
  }

  private static String text(List<Integer> numbers) {
    List<Integer> sorted = numbers.stream().sorted().distinct().toList();
    return sorted.size() > MOST_NUMBERS
        ? sorted.get(0) + " to " + sorted.get(sorted.size() - 1)
        : sorted.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
