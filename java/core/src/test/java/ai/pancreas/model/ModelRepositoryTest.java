package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.KerasFixture.Layout;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.volume.Orientation;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryTest {
  private static final List<Integer> FILTERS = List.of(3, 4, 6, 8);

  @TempDir Path folder;
  private byte[] weights;
  private String json;

  @BeforeEach
  void makeAModel() throws Exception {
    weights = KerasFixture.file(folder, Layout.KERAS2_MODEL, KerasFixture.weights(FILTERS));
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights));
    json = ModelJsonTest.VALID.replace(ModelJsonTest.SHA256, sha256);
  }

  @Test
  void theDefaultModelLoads() {
    ModelRepository repository = new ModelRepository();
    Model model = repository.find(ModelRepository.DEFAULT_ID);
    assertEquals(ModelRepository.DEFAULT_ID, model.description().id());
    assertEquals(List.of(8, 16, 32, 64, 128, 256), model.description().network().filters());
    assertEquals(List.of(ModelRepository.DEFAULT_ID, "phantom"), ids(repository));
    assertEquals(model.description(), repository.list().get(0));
    assertEquals(model.description(), repository.describe(ModelRepository.DEFAULT_ID));
  }

  @Test
  void findsModelsInJarsOnTheClassPath() throws IOException {
    Path jar = jar("small", weights);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      ModelRepository repository = new ModelRepository(loader);
      assertEquals(List.of("small"), ids(repository));
      Model model = repository.find("small");
      assertEquals("A small model", model.description().title());
      assertEquals(
          List.copyOf(Segmentation2021.tensors(FILTERS)).size(), model.weights().tensors().size());
    }
  }

  @Test
  void refusesWeightsOfAnotherSha256() throws IOException {
    byte[] damaged = weights.clone();
    damaged[damaged.length / 2] ^= 1;
    Path jar = jar("small", damaged);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      String message = failure(new ModelRepository(loader), "small");
      assertTrue(message.startsWith("small/small.h5: SHA-256 is "), message);
    }
  }

  @Test
  void findsAFolderAndItsDescription() throws IOException {
    Path model = folderModel();
    ModelRepository repository = new ModelRepository();
    assertEquals("small", repository.find(model.toString()).description().id());
    assertEquals(
        "small", repository.find(model.resolve("model.json").toString()).description().id());
    assertEquals("small", repository.describe(model.toString()).id());
  }

  @Test
  void givesBareWeightsTheReferenceProjectsPreprocessing() throws IOException {
    for (String name : List.of("weights.hdf5", "w.h5", "weights")) {
      Path file = Files.write(folder.resolve(name), weights);
      ModelDescription model = new ModelRepository().find(file.toString()).description();
      Filters3 nearest = new Filters3(Filter.NEAREST, Filter.NEAREST, Filter.NEAREST);
      assertEquals(new NetworkDescription("segmentation-2021", FILTERS), model.network());
      assertEquals(
          new Preprocessing(
              Orientation.LPS,
              160,
              160,
              160,
              nearest,
              new Intensity(
                  Step.AFTER_RESAMPLING,
                  Double.NEGATIVE_INFINITY,
                  Double.POSITIVE_INFINITY,
                  Range.VOLUME),
              Preprocessing.LOWEST_INPUT),
          model.preprocessing());
      assertEquals(new Postprocessing(nearest, 0.5, false), model.postprocessing());
      assertEquals(64, model.weightsSha256().length());
      assertEquals(model, new ModelRepository().describe(file.toString()));
    }
  }

  @Test
  void givesBareWeightsOf2024TheReferenceProjectsPreprocessing() throws IOException {
    Path segmentation =
        Files.write(folder.resolve("s.keras"), Keras2024Files.archive("segmentation-2024"));
    ModelDescription model = new ModelRepository().describe(segmentation.toString());
    Filters3 nearest = new Filters3(Filter.NEAREST, Filter.NEAREST, Filter.NEAREST);
    Intensity clipped = new Intensity(Step.AFTER_RESAMPLING, -1024, 1024, Range.VOLUME);
    assertEquals(Keras2024Files.SEGMENTATION, model.network());
    assertEquals(
        new Preprocessing(Orientation.LPS, 12, 8, 4, nearest, clipped, Preprocessing.LOWEST_INPUT),
        model.preprocessing());
    assertEquals(new Postprocessing(nearest, 0.5, false), model.postprocessing());

    Path alone = folder.resolve("s.hdf5");
    KerasWriter.write(
        Keras2024Files.weights(Keras2024Files.SEGMENTATION), Keras2024Files.SEGMENTATION, alone);
    assertEquals(160, new ModelRepository().describe(alone.toString()).preprocessing().slices());

    Path classification =
        Files.write(folder.resolve("c.keras"), Keras2024Files.archive("classification-2024"));
    ModelDescription classifier = new ModelRepository().describe(classification.toString());
    assertEquals(Keras2024Files.CLASSIFICATION, classifier.network());
    assertEquals(
        new ClassificationTask(new RegionPreprocessing.Reference(), Optional.empty()),
        classifier.task());
  }

  @Test
  void weightsOfAnotherNetworkThanDescribedAreNamed() throws IOException {
    Path model = folderModel();
    byte[] other = Keras2024Files.archive("classification-2024");
    Files.write(model.resolve("small.h5"), other);
    String sha256 = Sha256.of(other);
    Files.writeString(
        model.resolve("model.json"), ModelJsonTest.VALID.replace(ModelJsonTest.SHA256, sha256));
    String message = failure(new ModelRepository(), model.toString());
    assertTrue(message.contains("weights of classification-2024 with filters [2, 3, 3]"), message);
    assertTrue(message.endsWith("not of segmentation-2021 with filters [3, 4, 6, 8]"), message);
  }

  @Test
  void saysWhatItLookedForAndWhatThereIs() throws IOException {
    ModelRepository repository = new ModelRepository();
    assertEquals(
        "no model is called nosuch, and no such file or folder exists; models here: "
            + ModelRepository.DEFAULT_ID
            + ", phantom",
        failure(repository, "nosuch"));
    assertTrue(failure(repository, " ").contains("no model is called"));
    assertTrue(failure(repository, "no\0such").contains("no model is called"));
    assertTrue(failure(repository, folder.toString()).contains("holds no model.json"));
    Path model = folderModel();
    Files.delete(model.resolve("small.h5"));
    String message = failure(repository, model.toString());
    assertTrue(message.endsWith("small.h5: cannot be read: no such file"), message);
  }

  @Test
  void refusesADescriptionOfUnreasonableSize() throws IOException {
    Path file = Files.writeString(folder.resolve("large.json"), " ".repeat((1 << 20) + 1));
    assertTrue(failure(new ModelRepository(), file.toString()).contains("larger than the 1 MB"));
  }

  private Path folderModel() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("model.json"), json);
    Files.write(model.resolve("small.h5"), weights);
    return model;
  }

  private Path jar(String id, byte[] stored) throws IOException {
    Path jar = folder.resolve("models.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      entry(zip, "index.txt", (id + "\n").getBytes());
      entry(zip, id + "/model.json", json.getBytes());
      entry(zip, id + "/small.h5", stored);
    }
    return jar;
  }

  private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry("ai/pancreas/models/" + name));
    zip.write(bytes);
    zip.closeEntry();
  }

  private static List<String> ids(ModelRepository repository) {
    return repository.list().stream().map(ModelDescription::id).toList();
  }

  private static String failure(ModelRepository repository, String idOrPath) {
    PancreasException e = assertThrows(PancreasException.class, () -> repository.find(idOrPath));
    assertEquals(ErrorCode.MODEL, e.code());
    return e.getMessage();
  }
}
