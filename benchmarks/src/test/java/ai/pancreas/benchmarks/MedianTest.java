package ai.pancreas.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianTest {

  @Test
  void isTheMiddleWhateverTheOrder() {
    assertEquals(2, Median.of(List.of(9.0, 1.0, 2.0)));
  }

  @Test
  void isBetweenTheTwoInTheMiddle() {
    assertEquals(3, Median.of(List.of(4.0, 1.0, 2.0, 9.0)));
  }

  @Test
  void ofNothingIsNotANumber() {
    assertEquals(Double.NaN, Median.of(List.of()));
  }
}
