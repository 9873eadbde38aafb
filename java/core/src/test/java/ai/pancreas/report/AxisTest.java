package ai.pancreas.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

  @Test
  void sharesGoFrom0To1InFifths() {
    Axis axis = Axis.rounded(0, 1, 8);

    assertEquals(List.of("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"), labels(axis));
    assertEquals(0, axis.low());
    assertEquals(1, axis.high());
    assertEquals(0.25, axis.share(0.25));
  }

  @Test
  void anAxisEndsAtRoundNumbersOutsideOfTheValues() {
    Axis axis = Axis.rounded(-0.3, 2.1, 8);

    assertEquals(List.of("-0.5", "0.0", "0.5", "1.0", "1.5", "2.0", "2.5"), labels(axis));
    assertEquals(-0.5, axis.low());
    assertEquals(2.5, axis.high());
    assertEquals(0.5, axis.share(1));
  }

  @Test
  void nothingButZerosHasAnAxisOfLength1() {
    assertEquals(Axis.rounded(0, 1, 8), Axis.rounded(0, 0, 8));
  }

  @Test
  void largeAndSmallNumbersAreShort() {
    assertEquals(List.of("0", "5E+10", "1E+11"), labels(Axis.rounded(0, 0.9e11, 2)));
    assertEquals(List.of("0", "5E-7", "0.000001"), labels(Axis.rounded(0, 0.9e-6, 2)));
    assertEquals(List.of("0", "200", "400"), labels(Axis.rounded(0, 400, 2)));
  }

  @ParameterizedTest
  @CsvSource({"0,4.9e-324", "-1e40,1e40", "-4.9e-324,1e40", "0,1.7e-9", "-3,0"})
  void anyRangeLiesWithinItsAxis(double low, double high) {
    Axis axis = Axis.rounded(low, high, 8);

    assertTrue(axis.low() <= low && axis.high() >= high, axis::toString);
    assertTrue(axis.ticks().size() >= 2 && axis.ticks().size() <= 11, axis::toString);
    assertTrue(axis.share(high) <= 1 && axis.share(low) >= 0, axis::toString);
  }

  @Test
  void epochsEndWithTheLast() {
    Axis axis = Axis.counting(14, 6);

    assertEquals(List.of("0", "5", "10"), labels(axis));
    assertEquals(14, axis.high());
    assertEquals(List.of("0", "1"), labels(Axis.counting(1, 6)));
    assertEquals(List.of("0", "200", "400", "600", "800", "1000"), labels(Axis.counting(1000, 6)));
  }

  private static List<String> labels(Axis axis) {
    return axis.ticks().stream().map(Axis.Tick::label).toList();
  }
}
