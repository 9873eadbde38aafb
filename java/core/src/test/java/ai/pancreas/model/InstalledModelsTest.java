package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.Segmenter;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.evaluation.ModelEvaluator;
import ai.pancreas.model.KerasFixture.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstalledModelsTest {
  private static final List<Integer> FILTERS = List.of(3, 4, 6, 8);
  private static final Optional<String> UNSAID = Optional.empty();

  @TempDir Path folder;
  private Path models;
  private ModelRepository repository;
  private Path file;

  @BeforeEach
  void writeWeights() throws IOException {
    models = folder.resolve("deep/models");
    repository = new ModelRepository(models);
    byte[] weights = KerasFixture.file(folder, Layout.KERAS3_MODEL, KerasFixture.weights(FILTERS));
    file = Files.write(folder.resolve("Their weights (1).hdf5"), weights);
  }

  @Test
  void weightsAloneGetTheReferenceProjectsDescription() throws IOException {
    Model bare = repository.find(file.toString());

    ModelDescription added = repository.add(file, UNSAID, UNSAID);

    assertEquals("their-weights-1", added.id());
    assertEquals("NOASSERTION", added.licence());
    assertEquals(bare.description().preprocessing(), added.preprocessing());
    assertEquals(bare.description().postprocessing(), added.postprocessing());
    assertEquals(bare.description().weightsSha256(), added.weightsSha256());
    assertEquals(-1, Files.mismatch(file, models.resolve(added.id()).resolve("weights.hdf5")));
    assertEquals(added, repository.find(added.id()).description());
    assertEquals(added, repository.describe(added.id()));
    assertTrue(repository.isInstalled(added.id()));
    assertEquals(List.of(ModelRepository.DEFAULT_ID, "phantom", added.id()), ids());
    assertEquals(ids(), repository.ids());
  }

  @ParameterizedTest
  @ValueSource(strings = {"classification-2024", "segmentation-2024"})
  void archivesOfKerasAreInstalledExportedAndImported(String type) throws IOException {
    Path archive = Files.write(folder.resolve("Theirs.keras"), Keras2024Files.archive(type));

    ModelDescription added = repository.add(archive, UNSAID, UNSAID);

    assertEquals("theirs", added.id());
    assertEquals("weights.keras", added.weightsFile());
    assertEquals(-1, Files.mismatch(archive, models.resolve("theirs/weights.keras")));
    Model model = repository.find("theirs");
    assertEquals(added, model.description());
    Keras2024Files.assertWeights(Keras2024Files.network(type), model.weights());
    Path zip = folder.resolve("theirs.zip");
    repository.exportZip("theirs", zip);
    assertEquals(added, new ModelRepository(folder.resolve("other")).add(zip, UNSAID, UNSAID));
    Path bare = folder.resolve("bare");
    ModelDescription written = ModelFolder.write(bare, added, model.weights());
    assertEquals("weights.hdf5", written.weightsFile());
    Keras2024Files.assertWeights(written.network(), repository.find(bare.toString()).weights());
    Model mean = WeightAverage.of(List.of(model, repository.find(bare.toString())));
    Keras2024Files.assertWeights(written.network(), mean.weights());
  }

  @Test
  void whatAClassificationModelDoesNotHaveIsAnErrorOfTheModel() throws IOException {
    Path archive =
        Files.write(folder.resolve("c.keras"), Keras2024Files.archive("classification-2024"));
    ModelDescription classifier = repository.add(archive, UNSAID, UNSAID);
    assertEquals(
        "model c is for classification (network classification-2024); name a segmentation model",
        failure(ErrorCode.MODEL, classifier::preprocessing));
    Model model = repository.find("c");
    failure(ErrorCode.MODEL, () -> Segmenter.builder().model(model).build());
    failure(ErrorCode.MODEL, () -> new ModelEvaluator(model, "auto", new EngineOptions(1)));
    assertEquals(
        "model phantom is for segmentation (network segmentation-2021); name a classification"
            + " model",
        failure(ErrorCode.MODEL, () -> repository.describe("phantom").classification()));
    Model old = repository.find("phantom");
    assertThrows(
        PancreasException.class, () -> WeightAverage.of(List.of(model, old)), "another network");
  }

  @Test
  void idAndLicenceMayBeStated() {
    ModelDescription added = repository.add(file, Optional.of("theirs"), Optional.of("MIT"));
    assertEquals("theirs", added.id());
    assertEquals("MIT", repository.describe("theirs").licence());
  }

  @Test
  void anExportedModelIsTheSameOnceImported() throws IOException {
    ModelDescription added = repository.add(file, Optional.of("a"), Optional.of("MIT"));
    Path zip = folder.resolve("a.zip");
    repository.exportZip("a", zip);
    try (ZipFile entries = new ZipFile(zip.toFile())) {
      assertEquals(
          List.of("a/model.json", "a/weights.hdf5"),
          entries.stream().map(ZipEntry::getName).toList());
    }
    byte[] first = Files.readAllBytes(zip);
    repository.exportZip("a", zip);
    assertArrayEquals(first, Files.readAllBytes(zip));

    ModelRepository other = new ModelRepository(folder.resolve("other"));
    assertEquals(added, other.add(zip, UNSAID, UNSAID));
    assertEquals(added, other.find("a").description());
    assertEquals(added, other.find(zip.toString()).description());
    assertEquals(added.withId("b"), other.add(models.resolve("a"), Optional.of("b"), UNSAID));
    assertTrue(
        failure(ErrorCode.USAGE, () -> other.add(zip, Optional.of("z"), Optional.of("GPL")))
            .contains("the licence is MIT"));
    assertEquals(
        added.withId("c"), other.add(models.resolve("a/model.json"), Optional.of("c"), UNSAID));
  }

  @Test
  void whatShipsCanBeExportedAndImportedUnderAnotherName() {
    Path zip = folder.resolve("initial.zip");
    repository.exportZip(ModelRepository.DEFAULT_ID, zip);
    assertTrue(
        failure(ErrorCode.OUTPUT, () -> repository.add(zip, UNSAID, UNSAID)).contains("built-in"));
    ModelDescription added = repository.add(zip, Optional.of("mine"), UNSAID);
    ModelDescription shipped = repository.describe(ModelRepository.DEFAULT_ID);
    assertEquals(shipped.withId("mine"), added);
  }

  @Test
  void nothingIsReplaced() throws IOException {
    repository.add(file, Optional.of("a"), UNSAID);
    byte[] json = Files.readAllBytes(models.resolve("a/model.json"));
    String message =
        failure(ErrorCode.OUTPUT, () -> repository.add(file, Optional.of("a"), Optional.of("X")));
    assertTrue(message.contains("installed already"), message);
    assertArrayEquals(json, Files.readAllBytes(models.resolve("a/model.json")));
  }

  @Test
  void whatIsNoModelIsNotInstalled() throws IOException {
    Path text = Files.writeString(folder.resolve("page.html"), "<html>not found</html>");
    assertTrue(failure(ErrorCode.MODEL, () -> add(text)).contains("not an HDF5 file"));
    Path cut = folder.resolve("cut.h5");
    byte[] whole = Files.readAllBytes(file);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertTrue(failure(ErrorCode.MODEL, () -> add(cut)).contains("truncated"));
    Path zip = folder.resolve("other.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("readme.txt"));
    }
    assertTrue(failure(ErrorCode.MODEL, () -> add(zip)).contains("zip archive"));
    failure(ErrorCode.MODEL, () -> add(folder));
    failure(ErrorCode.USAGE, () -> add(folder.resolve("absent.h5")));
    assertFalse(Files.exists(models));
  }

  @Test
  void aZipWhoseWeightsAreOthersIsRefused() throws IOException {
    repository.add(file, Optional.of("a"), UNSAID);
    Path zip = folder.resolve("bad.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("model.json"));
      out.write(Files.readAllBytes(models.resolve("a/model.json")));
      out.putNextEntry(new ZipEntry("weights.hdf5"));
      out.write(new byte[100]);
    }
    assertTrue(failure(ErrorCode.MODEL, () -> add(zip)).contains("SHA-256"));
    Path half = folder.resolve("half.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(half))) {
      out.putNextEntry(new ZipEntry("x/model.json"));
      out.write(Files.readAllBytes(models.resolve("a/model.json")));
    }
    assertTrue(failure(ErrorCode.MODEL, () -> add(half)).contains("no such file in the zip"));
  }

  @Test
  void idsThatLeaveTheFolderAreRefused() throws IOException {
    for (String id : List.of("../x", "a/b", "", ".", "A", "x".repeat(65), "a\0")) {
      failure(ErrorCode.USAGE, () -> repository.add(file, Optional.of(id), UNSAID));
      assertFalse(repository.isInstalled(id));
    }
    assertFalse(Files.exists(models));
  }

  @Test
  void aDamagedModelDoesNotHideTheOthers() throws IOException {
    repository.add(file, Optional.of("a"), UNSAID);
    repository.add(file, Optional.of("b"), UNSAID);
    repository.add(file, Optional.of("c"), UNSAID);
    Files.writeString(models.resolve("b/model.json"), "{");
    Files.move(models.resolve("c"), models.resolve("d"));
    Files.createDirectory(models.resolve("empty"));
    assertEquals(List.of(ModelRepository.DEFAULT_ID, "phantom", "a"), ids());
    assertEquals(List.of(ModelRepository.DEFAULT_ID, "phantom", "a", "b", "d"), repository.ids());
    assertTrue(failure(ErrorCode.MODEL, () -> repository.find("b")).contains("not valid JSON"));
    assertTrue(failure(ErrorCode.MODEL, () -> repository.find("d")).contains("rename the folder"));
    assertTrue(failure(ErrorCode.MODEL, () -> repository.find("x")).contains("phantom, a, b, d"));
  }

  @Test
  void aFolderOfATrainedModelIsAModel() throws IOException {
    Weights weights = KerasFixture.weights(FILTERS);
    ModelDescription description =
        ModelJson.read(ModelJsonTest.VALID, "model.json").withWeights("", "");
    Path best = folder.resolve("run/best");

    for (int epoch = 0; epoch < 2; epoch++) {
      ModelDescription written = ModelFolder.write(best, description, weights);
      Model read = new ModelRepository().find(best.toString());
      assertEquals(written, read.description());
      assertEquals(description.withWeights("weights.hdf5", written.weightsSha256()), written);
      assertArrayEquals(
          weights.get("head/kernel").values(), read.weights().get("head/kernel").values());
      weights.get("head/kernel").values()[0] += 1;
    }
    try (Stream<Path> files = Files.list(best)) {
      assertEquals(2, files.count(), "nothing else is left behind");
    }
  }

  @Test
  void aDescriptionThatCannotBeWrittenDestroysNothing() throws IOException {
    Weights weights = KerasFixture.weights(FILTERS);
    ModelDescription description = ModelJson.read(ModelJsonTest.VALID, "model.json");
    Path best = folder.resolve("best");
    ModelDescription written = ModelFolder.write(best, description, weights);
    weights.get("head/kernel").values()[0] += 1;
    failure(ErrorCode.MODEL, () -> ModelFolder.write(best, description.withLicence(""), weights));
    assertEquals(written, new ModelRepository().find(best.toString()).description());
  }

  private void add(Path source) {
    repository.add(source, UNSAID, UNSAID);
  }

  private List<String> ids() {
    return repository.list().stream().map(ModelDescription::id).toList();
  }

  private static String failure(ErrorCode code, Executable work) {
    PancreasException e = assertThrows(PancreasException.class, work);
    assertEquals(code, e.code(), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }
}
