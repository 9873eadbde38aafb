package ai.pancreas.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.model.Model;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnginesTest {
  private static final EngineOptions OPTIONS = new EngineOptions(1);

  @Test
  void takesTheEngineThatIsAskedFor() {
    Engines engines = new Engines(List.of(new Fake("slow", 2), new Fake("fast", 1)));
    assertEquals("slow", engines.open("slow", null, OPTIONS).name());
    assertEquals(List.of("fast", "slow"), engines.names());
  }

  @Test
  void takesTheFirstThatRunsWhenNoneIsAskedFor() {
    Fake missing = new Fake("missing", 1).unavailable("no library");
    Fake failing = new Fake("failing", 2).failing(ErrorCode.DEVICE);
    Engines engines = new Engines(List.of(new Fake("slow", 3), failing, missing));
    assertEquals("slow", engines.open(Engines.AUTO, null, OPTIONS).name());
  }

  @Test
  void listsTheEnginesWhenANameIsUnknown() {
    Engines engines = new Engines(List.of(new Fake("slow", 2), new Fake("fast", 1)));
    assertFailure(
        ErrorCode.USAGE, "no engine is called gpu; engines here: auto, fast, slow", engines, "gpu");
  }

  @Test
  void doesNotReplaceTheEngineThatIsAskedFor() {
    Fake missing = new Fake("missing", 1).unavailable("no library");
    Engines engines = new Engines(List.of(missing, new Fake("slow", 2)));
    assertFailure(
        ErrorCode.DEVICE, "engine missing cannot run here: no library", engines, "missing");
  }

  @Test
  void givesEveryReasonWhenNoEngineRuns() {
    Fake missing = new Fake("missing", 1).unavailable("no library");
    Fake failing = new Fake("failing", 2).failing(ErrorCode.DEVICE);
    assertFailure(
        ErrorCode.DEVICE,
        "no engine can run here, not missing (no library), not failing (failed)",
        new Engines(List.of(missing, failing)),
        Engines.AUTO);
    assertFailure(
        ErrorCode.DEVICE,
        "there is no engine on the class path; add pancreas-tensorflow",
        new Engines(List.of()),
        Engines.AUTO);
  }

  @Test
  void aFaultOfTheModelIsNotHiddenByAnotherEngine() {
    Fake failing = new Fake("failing", 1).failing(ErrorCode.MODEL);
    assertFailure(
        ErrorCode.MODEL,
        "failed",
        new Engines(List.of(failing, new Fake("slow", 2))),
        Engines.AUTO);
  }

  @Test
  void anotherEngineTakesOverWhenADeviceFailsLater() {
    Fake gpu = new Fake("gpu", 1).onDevice().failingLater(ErrorCode.DEVICE);
    Engines engines = new Engines(List.of(gpu, new Fake("cpu", 2)));
    FloatBuffer slice = FloatBuffer.allocate(1);
    try (Engine engine = engines.open(Engines.AUTO, null, OPTIONS)) {
      assertEquals("gpu", engine.name());

      engine.run(slice, 1, 1, 1, slice);

      assertEquals("cpu", engine.name());
    }
    try (Engine engine = engines.open("gpu", null, OPTIONS)) {
      PancreasException e =
          assertThrows(PancreasException.class, () -> engine.run(slice, 1, 1, 1, slice));
      assertEquals(ErrorCode.DEVICE, e.code());
    }
  }

  @Test
  void whatIsWrongWithACtIsNotHiddenByAnotherEngine() {
    Fake gpu = new Fake("gpu", 1).onDevice().failingLater(ErrorCode.BAD_DATA);
    FloatBuffer slice = FloatBuffer.allocate(1);
    try (Engine engine =
        new Engines(List.of(gpu, new Fake("cpu", 2))).open(Engines.AUTO, null, OPTIONS)) {
      PancreasException e =
          assertThrows(PancreasException.class, () -> engine.run(slice, 1, 1, 1, slice));
      assertEquals(ErrorCode.BAD_DATA, e.code());
      assertEquals("gpu", engine.name());
    }
  }

  private static void assertFailure(ErrorCode code, String message, Engines engines, String name) {
    PancreasException e =
        assertThrows(PancreasException.class, () -> engines.open(name, null, OPTIONS));
    assertEquals(code, e.code());
    assertEquals(message, e.getMessage());
  }

  private static final class Fake implements EngineProvider {
    private final String name;
    private final int order;
    private Optional<String> reason = Optional.empty();
    private Optional<ErrorCode> failure = Optional.empty();
    private Optional<ErrorCode> laterFailure = Optional.empty();
    private boolean device;

    Fake(String name, int order) {
      this.name = name;
      this.order = order;
    }

    Fake unavailable(String why) {
      reason = Optional.of(why);
      return this;
    }

    Fake failing(ErrorCode code) {
      failure = Optional.of(code);
      return this;
    }

    Fake failingLater(ErrorCode code) {
      laterFailure = Optional.of(code);
      return this;
    }

    Fake onDevice() {
      device = true;
      return this;
    }

    @Override
    public boolean usesDevice() {
      return device;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int order() {
      return order;
    }

    @Override
    public Optional<String> unavailable(Model model) {
      return reason;
    }

    @Override
    public Engine open(Model model, EngineOptions options) {
      failure.ifPresent(
          code -> {
            throw new PancreasException(code, "failed");
          });
      return new Engine() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public int preferredSlices() {
          return 1;
        }

        @Override
        public void run(
            FloatBuffer in, int slices, int rows, int columns, FloatBuffer out, Monitor monitor) {
          laterFailure.ifPresent(
              code -> {
                throw new PancreasException(code, "failed later");
              });
        }

        @Override
        public void close() {}
      };
    }
  }
}
