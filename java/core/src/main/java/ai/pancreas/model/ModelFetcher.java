package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Fetches models over the network and installs them: the only class of this library that opens a
 * connection, and only when asked to.
 *
 * <p>What is fetched lies in a hidden part file in the folder of installed models until it is
 * complete, has the right SHA-256 and is known to be a model. A call that was broken off is
 * continued by the next of the same URL.
 */
public final class ModelFetcher {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final ModelRepository repository;
  private final Duration silence;

  /** Installs in a repository, which must have a folder for that. */
  public ModelFetcher(ModelRepository repository) {
    this(repository, Download.SILENCE);
  }

  ModelFetcher(ModelRepository repository, Duration silence) {
    this.repository = repository;
    this.silence = silence;
  }

  /**
   * Fetches a model: a Keras weights file, or a zip of a model's folder.
   *
   * @param url with the scheme http or https; redirects are followed
   * @param sha256 what the file's SHA-256 must be. Without one nothing is installed: the error
   *     tells the SHA-256 found, and the file is kept for a call that states it
   * @param id as for {@link ModelRepository#add}
   * @param licence likewise
   * @return its description as installed
   * @throws PancreasException {@code USAGE} if the URL or the SHA-256 makes no sense or the latter
   *     is missing; {@code MODEL} if the file cannot be fetched, has another SHA-256 or is no
   *     model; {@code OUTPUT} as {@link ModelRepository#add}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public ModelDescription fetch(
      URI url,
      Optional<String> sha256,
      Optional<String> id,
      Optional<String> licence,
      Monitor monitor) {
    requireUrl(url);
    Optional<String> wanted = sha256.map(text -> text.toLowerCase(Locale.ROOT));
    if (wanted.isPresent() && !SHA256.matcher(wanted.get()).matches()) {
      throw usage("a SHA-256 has 64 hexadecimal digits, not " + sha256.get());
    }
    id.ifPresent(repository::requireFree);
    Path part = part(url);
    Download download = new Download(url, part, silence);
    if (wanted.isEmpty() || !Files.exists(part) || !sha256(part).equals(wanted.get())) {
      download.run(monitor);
    }
    String found = sha256(part);
    if (wanted.isPresent() && !found.equals(wanted.get())) {
      download.discard();
      throw new PancreasException(
          ErrorCode.MODEL,
          "nothing installed: %s has SHA-256 %s, not %s: it is damaged or another file"
              .formatted(url, found, wanted.get()));
    }
    ModelSource source = ModelSource.of(part, url.toString());
    ModelDescription installed;
    try {
      if (wanted.isEmpty()) {
        throw notPinned(url, source, found);
      }
      installed = repository.add(source, fileName(url), id, licence);
    } catch (PancreasException e) {
      if (e.code() == ErrorCode.MODEL) {
        download.discard();
      }
      throw e;
    }
    download.discard();
    return installed;
  }

  /** Loads the model, so that no checksum of something else is told. */
  private static PancreasException notPinned(URI url, ModelSource source, String found) {
    NetworkDescription network = source.load().model().description().network();
    return usage(
        ("nothing installed yet: no SHA-256 was stated; %s holds a model %s with filters %s and has"
                + " SHA-256 %s; compare that with what its author states, and run again with it"
                + " (--sha256); the file is kept")
            .formatted(url, network.type(), network.filters(), found));
  }

  private static void requireUrl(URI url) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("https") || scheme.equals("http")) || url.getHost() == null) {
      throw usage("not an address that can be fetched: " + url + "; http or https is expected");
    }
    if (url.getUserInfo() != null) {
      throw usage("an address with a user name or a password is not supported");
    }
  }

  private Path part(URI url) {
    ModelFolder.makeFolder(repository.folder());
    String hash = Sha256.of(url.toString().getBytes(StandardCharsets.UTF_8));
    return repository.folder().resolve(".fetch-" + hash.substring(0, 16) + ".part");
  }

  private static String sha256(Path part) {
    try {
      return Sha256.of(part);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot read " + part + ": " + e.getMessage(), e);
    }
  }

  /** The last segment of the path. */
  private static String fileName(URI url) {
    String path = String.valueOf(url.getPath());
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static PancreasException usage(String message) {
    return new PancreasException(ErrorCode.USAGE, message);
  }
}
