package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.model.KerasFixture.Layout;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFetcherTest {
  private static final List<Integer> FILTERS = List.of(3, 4, 6, 8);
  private static final Optional<String> UNSAID = Optional.empty();

  @TempDir Path folder;
  private Path models;
  private ModelRepository repository;
  private ModelFetcher fetcher;
  private byte[] weights;
  private String sha256;
  private FileServer server;

  @BeforeEach
  void serve() throws IOException {
    models = folder.resolve("models");
    repository = new ModelRepository(models);
    fetcher = new ModelFetcher(repository);
    weights = KerasFixture.file(folder, Layout.KERAS2_MODEL, KerasFixture.weights(FILTERS));
    sha256 = Sha256.of(weights);
    server = new FileServer(weights);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void installsAWholeFile() throws IOException {
    ModelDescription model = fetch("/weights.hdf5", Optional.of(sha256));

    assertEquals("theirs", model.id());
    assertEquals(sha256, model.weightsSha256());
    assertEquals(model, repository.find("theirs").description());
    assertArrayEquals(weights, Files.readAllBytes(models.resolve("theirs/weights.hdf5")));
    assertEquals(List.of("theirs"), filesOf(models));
  }

  @Test
  void theNameIsThatOfTheFileWhereNoneIsGiven() {
    Optional<String> upper = Optional.of(sha256.toUpperCase(Locale.ROOT));
    ModelDescription model =
        fetcher.fetch(server.url("/weights.hdf5"), upper, UNSAID, UNSAID, Monitor.NONE);
    assertEquals("weights", model.id());
  }

  @Test
  void followsRedirects() throws IOException {
    fetch("/moved", Optional.of(sha256));
    assertEquals(List.of("theirs"), filesOf(models));
  }

  @Test
  void installsAZipOfAModel() throws IOException {
    Path zip = folder.resolve("model.zip");
    repository.exportZip(ModelRepository.DEFAULT_ID, zip);
    server.file = Files.readAllBytes(zip);
    ModelDescription model = fetch("/weights.hdf5", Optional.of(Sha256.of(server.file)));
    assertEquals(repository.describe(ModelRepository.DEFAULT_ID).withId("theirs"), model);
  }

  @Test
  void withoutAChecksumItTellsTheOneFoundAndInstallsOnceThatIsStated() throws IOException {
    String message = failure(ErrorCode.USAGE, "/weights.hdf5", UNSAID);
    assertTrue(message.contains(sha256) && message.contains("nothing installed"), message);
    assertFalse(repository.isInstalled("theirs"));

    server.file = new byte[0];
    fetch("/weights.hdf5", Optional.of(sha256));

    assertEquals(List.of(""), server.requests(), "the file was kept");
    assertEquals(List.of("theirs"), filesOf(models));
  }

  @Test
  void goesOnWhereTheConnectionBroke() throws IOException {
    server.breakAfter = weights.length / 3;
    String message = failure(ErrorCode.MODEL, "/weights.hdf5", Optional.of(sha256));
    assertTrue(message.contains("the connection broke after "), message);
    assertTrue(message.contains(" of " + weights.length + " bytes"), message);
    assertEquals(2, filesOf(models).size(), "part and version");

    failure(ErrorCode.MODEL, "/weights.hdf5", Optional.of(sha256));
    server.breakAfter = -1;
    fetch("/weights.hdf5", Optional.of(sha256));

    List<String> ranges = server.requests();
    assertEquals(3, ranges.size());
    assertEquals("", ranges.get(0));
    long second = start(ranges.get(1));
    long third = start(ranges.get(2));
    assertTrue(0 < second && second < third && third < weights.length, ranges.toString());
    assertArrayEquals(weights, Files.readAllBytes(models.resolve("theirs/weights.hdf5")));
    assertEquals(List.of("theirs"), filesOf(models));
  }

  @Test
  void theDateTellsTheVersionWhereThereIsNoTag() throws IOException {
    server.tag = null;
    server.date = "Wed, 03 Mar 2021 10:00:00 GMT";
    breakOnceThenFetch();
    assertTrue(start(server.requests().get(1)) > 0);
  }

  @Test
  void startsAgainWhereTheServerHasNoRanges() throws IOException {
    server.ranges = false;
    breakOnceThenFetch();
    assertTrue(start(server.requests().get(1)) > 0);
  }

  @Test
  void startsAgainWhereTheServerTellsNoVersion() throws IOException {
    server.tag = null;
    breakOnceThenFetch();
    assertEquals(List.of("", ""), server.requests());
  }

  @Test
  void aWeakTagIsNoVersion() throws IOException {
    server.tag = "W/\"1\"";
    breakOnceThenFetch();
    assertEquals(List.of("", ""), server.requests());
  }

  @Test
  void startsAgainWhereTheFileChangedMeanwhile() throws IOException {
    server.breakAfter = weights.length / 2;
    byte[] newer = weights;
    server.file = new byte[weights.length];
    failure(ErrorCode.MODEL, "/weights.hdf5", Optional.of(sha256));
    server.file = newer;
    server.tag = "\"2\"";
    server.breakAfter = -1;
    fetch("/weights.hdf5", Optional.of(sha256));
    assertArrayEquals(weights, Files.readAllBytes(models.resolve("theirs/weights.hdf5")));
  }

  @Test
  void startsAgainWhereTheServerSendsAnotherRange() throws IOException {
    server.contentRange = "bytes 5-6/7";
    breakOnceThenFetch();
    assertEquals("", server.requests().get(2));
  }

  @Test
  void startsAgainWhereThereIsNoMoreToSend() throws IOException {
    failure(ErrorCode.USAGE, "/weights.hdf5", UNSAID);
    failure(ErrorCode.USAGE, "/weights.hdf5", UNSAID);
    assertEquals(List.of("", "bytes=" + weights.length + "-", ""), server.requests());
  }

  @Test
  void refusesAnotherChecksumAndKeepsNothing() throws IOException {
    String other = "0".repeat(64);
    String message = failure(ErrorCode.MODEL, "/weights.hdf5", Optional.of(other));
    assertTrue(message.contains(sha256) && message.contains(other), message);
    assertEquals(List.of(), filesOf(models));
  }

  @Test
  void refusesWhatIsNoModelAndKeepsNothing() throws IOException {
    server.file = "<html>please log in</html>".getBytes();
    String hash = Sha256.of(server.file);
    for (Optional<String> stated : List.of(UNSAID, Optional.of(hash))) {
      String message = failure(ErrorCode.MODEL, "/weights.hdf5", stated);
      assertTrue(message.contains("not an HDF5 file"), message);
      assertTrue(message.contains(server.url("/weights.hdf5").toString()), message);
      assertEquals(List.of(), filesOf(models));
    }
  }

  @Test
  void refusesAFileThatEndsTooEarlyThoughAllWasSent() throws IOException {
    server.file = Arrays.copyOf(weights, weights.length / 2);
    String message = failure(ErrorCode.MODEL, "/weights.hdf5", UNSAID);
    assertTrue(message.contains("truncated"), message);
    assertEquals(List.of(), filesOf(models));
  }

  @Test
  void saysThatThereIsNoSuchFile() {
    String message = failure(ErrorCode.MODEL, "/absent", Optional.of(sha256));
    assertTrue(message.contains("status 404: there is no such file"), message);
  }

  @Test
  void saysThatNobodyAnswers() {
    URI gone = server.url("/weights.hdf5");
    server.close();
    PancreasException e =
        assertThrows(
            PancreasException.class,
            () -> fetcher.fetch(gone, Optional.of(sha256), UNSAID, UNSAID, Monitor.NONE));
    assertEquals(ErrorCode.MODEL, e.code());
    assertTrue(e.getMessage().contains("no connection"), e.getMessage());
  }

  @Test
  void aServerThatFallsSilentDoesNotHang() {
    server.breakAfter = weights.length / 2;
    server.silent = true;
    fetcher = new ModelFetcher(repository, Duration.ofMillis(200));
    String message = failure(ErrorCode.MODEL, "/weights.hdf5", Optional.of(sha256));
    assertTrue(message.contains("the server fell silent after "), message);
  }

  @Test
  void cancellingKeepsWhatWasFetched() throws IOException {
    Monitor impatient =
        new Monitor() {
          private boolean begun;

          @Override
          public void progress(Stage stage, long done, long total) {
            assertEquals(Stage.FETCH, stage);
            begun |= done > 0;
          }

          @Override
          public boolean isCancelled() {
            return begun;
          }
        };
    assertThrows(
        CancellationException.class,
        () ->
            fetcher.fetch(
                server.url("/weights.hdf5"), Optional.of(sha256), UNSAID, UNSAID, impatient));
    fetch("/weights.hdf5", Optional.of(sha256));
    assertTrue(start(server.requests().get(1)) > 0, server.requests().toString());
  }

  @Test
  void refusesWhatMakesNoSenseBeforeAnyRequest() {
    for (String url : List.of("ftp://x/y", "file:///tmp/x", "weights.hdf5", "http://u:p@x/y")) {
      PancreasException e =
          assertThrows(
              PancreasException.class,
              () ->
                  fetcher.fetch(
                      URI.create(url), Optional.of(sha256), UNSAID, UNSAID, Monitor.NONE));
      assertEquals(ErrorCode.USAGE, e.code());
      assertFalse(e.getMessage().contains("u:p"), e.getMessage());
    }
    failure(ErrorCode.USAGE, "/weights.hdf5", Optional.of("123"));
    repository.add(write(), Optional.of("theirs"), UNSAID);
    assertTrue(
        failure(ErrorCode.OUTPUT, "/weights.hdf5", Optional.of(sha256)).contains("installed"));
    assertEquals(List.of(), server.requests());
  }

  private Path write() {
    try {
      return Files.write(folder.resolve("w.h5"), weights);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void breakOnceThenFetch() throws IOException {
    server.breakAfter = weights.length / 2;
    failure(ErrorCode.MODEL, "/weights.hdf5", Optional.of(sha256));
    server.breakAfter = -1;
    fetch("/weights.hdf5", Optional.of(sha256));
    assertArrayEquals(weights, Files.readAllBytes(models.resolve("theirs/weights.hdf5")));
    assertEquals(List.of("theirs"), filesOf(models));
  }

  private ModelDescription fetch(String path, Optional<String> hash) {
    return fetcher.fetch(server.url(path), hash, Optional.of("theirs"), UNSAID, Monitor.NONE);
  }

  private String failure(ErrorCode code, String path, Optional<String> hash) {
    PancreasException e = assertThrows(PancreasException.class, () -> fetch(path, hash));
    assertEquals(code, e.code(), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  private static long start(String range) {
    return Long.parseLong(range.replaceAll("\\D", ""));
  }

  private static List<String> filesOf(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
