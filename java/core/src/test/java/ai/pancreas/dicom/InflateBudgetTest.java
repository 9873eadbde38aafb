package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class InflateBudgetTest {
  /** Zeros without end, which cost nothing. */
  private static final InputStream ZEROS =
      new InputStream() {
        @Override
        public int read() {
          return 0;
        }

        @Override
        public long skip(long count) {
          return count;
        }
      };

  @Test
  void allEntriesOfAZipSpendOneBudget() throws IOException {
    InflateBudget budget = new InflateBudget(1000);
    InputStream one = budget.limit(ZEROS);
    InputStream other = budget.limit(ZEROS);
    assertEquals(1 << 29, one.skip(1 << 29));
    assertEquals(1 << 29, other.skip(1 << 29));
    assertThrows(DicomFormatException.class, one::read);
    assertThrows(DicomFormatException.class, () -> other.skip(1));
  }

  @Test
  void aLargeZipMayUnpackToTwoHundredTimesItsSize() throws IOException {
    InputStream in = new InflateBudget(1L << 30).limit(ZEROS);
    assertEquals(200L << 30, in.skip(200L << 30));
    assertThrows(DicomFormatException.class, in::read);
  }
}
