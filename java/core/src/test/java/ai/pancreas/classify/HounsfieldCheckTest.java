package ai.pancreas.classify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.VolumeSource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HounsfieldCheckTest {

  @ParameterizedTest
  @CsvSource({"-1024, 1500", "-100, 50", "-99, 256", "-1, 3000"})
  void aCtPasses(short low, short high) {
    assertDoesNotThrow(() -> HounsfieldCheck.require(ct(low, high)));
  }

  @ParameterizedTest
  @CsvSource({"0, 2500", "24, 4000", "-99, 255", "-1, 1", "0, 0"})
  void othersAreRefused(short low, short high) {
    PancreasException e =
        assertThrows(PancreasException.class, () -> HounsfieldCheck.require(ct(low, high)));
    assertEquals(ErrorCode.BAD_DATA, e.code());
  }

  private static CtVolume ct(short low, short high) {
    return new CtVolume(
        Grid.axial(2, 1, 2, 1, 1, 1),
        List.of(
            HuSlice.ofShorts(new short[] {high, low}, 1, 0),
            HuSlice.ofShorts(new short[] {high, high}, 1, 0)),
        VolumeSource.SYNTHETIC);
  }
}
