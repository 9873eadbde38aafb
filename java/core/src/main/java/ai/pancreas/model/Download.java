package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Fetches a file over HTTP or HTTPS into a part file, and goes on where an earlier call stopped.
 *
 * <p>A range is asked for under the condition that the file is still the same version (RFC 9110,
 * 13.1.5 and 14): the server's strong entity tag, or else its date, is kept beside the part file.
 * Where it names neither, or does not serve ranges, the file is fetched from its start. Redirects
 * are followed, but for those from HTTPS to HTTP; proxies are those of Java's {@link
 * ProxySelector}. Not thread-safe; a lock keeps a second process from the same part file.
 */
final class Download {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  /** How long a server may say nothing. */
  static final Duration SILENCE = Duration.ofSeconds(60);

  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18})");
  private static final int BUFFER_BYTES = 1 << 16;

  private final URI url;
  private final Path part;
  private final Path version;
  private final Duration silence;
  private final HttpClient client;

  /**
   * A download that can be started.
   *
   * @param part where the bytes go; its folder must be there
   * @param silence how long the server may say nothing
   */
  Download(URI url, Path part, Duration silence) {
    this.url = url;
    this.part = part;
    this.version = part.resolveSibling(part.getFileName() + ".version");
    this.silence = silence;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL);
    Optional.ofNullable(ProxySelector.getDefault()).ifPresent(builder::proxy);
    this.client = builder.build();
  }

  /**
   * Fetches what is missing.
   *
   * @throws PancreasException {@code MODEL} if the server does not answer, refuses or breaks off;
   *     {@code OUTPUT} if the part file cannot be written
   * @throws CancellationException if the monitor cancels; the part file stays
   */
  void run(Monitor monitor) {
    try (FileChannel file =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (!lock(file)) {
        throw error("another process is fetching it; wait for that one", null);
      }
      if (!fetch(file, monitor, true) && !fetch(file, monitor, false)) {
        throw error("the server serves no range and nothing whole either; try again later", null);
      }
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot write " + part + ": " + e.getMessage(), e);
    }
  }

  /** Deletes the part file and what belongs to it. */
  void discard() {
    try {
      Files.deleteIfExists(version);
      Files.deleteIfExists(part);
    } catch (IOException e) {
      System.getLogger(Download.class.getName())
          .log(System.Logger.Level.WARNING, "left behind: {0}", part);
    }
  }

  private static boolean lock(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Whether the file is complete now; else the server answered to a range with none of use. */
  private boolean fetch(FileChannel file, Monitor monitor, boolean resume) throws IOException {
    Optional<String> known = resume && file.size() > 0 ? knownVersion() : Optional.empty();
    long start = known.isPresent() ? file.size() : 0;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).timeout(silence).header("Accept-Encoding", "identity");
    known.ifPresent(tag -> request.header("Range", "bytes=" + start + "-").header("If-Range", tag));
    HttpResponse<InputStream> response = send(request.build());
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (start > 0 && status == RANGE_NOT_SATISFIABLE) {
        return false;
      }
      long from = 0;
      OptionalLong total = response.headers().firstValueAsLong("Content-Length");
      if (start > 0 && status == PARTIAL_CONTENT) {
        Matcher range =
            CONTENT_RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
        if (!range.matches() || !range.group(1).equals(String.valueOf(start))) {
          return false;
        }
        from = start;
        total = OptionalLong.of(Long.parseLong(range.group(2)));
      } else if (status != OK) {
        throw error("the server answered with status " + status + meaning(status), null);
      }
      requireSize(total.orElse(0));
      if (from == 0) {
        file.truncate(0);
        keepVersion(response.headers());
      }
      copy(body, file, from, total, monitor);
      return true;
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw error(reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("cancelled");
    }
  }

  private void copy(
      InputStream body, FileChannel file, long from, OptionalLong total, Monitor monitor)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long done = from;
    file.position(from);
    try (SilenceGuard guard = new SilenceGuard(body, silence)) {
      while (true) {
        monitor.progress(Stage.FETCH, done, total.orElse(0));
        monitor.throwIfCancelled();
        int count = read(body, buffer, guard, done, total);
        if (count < 0) {
          break;
        }
        guard.heard();
        done += count;
        requireSize(done);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
      }
      if (guard.isSilent() || (total.isPresent() && done < total.getAsLong())) {
        throw brokenOff(guard, done, total, null);
      }
    }
  }

  private int read(
      InputStream body, byte[] buffer, SilenceGuard guard, long done, OptionalLong total) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw brokenOff(guard, done, total, e);
    }
  }

  private PancreasException brokenOff(
      SilenceGuard guard, long done, OptionalLong total, IOException cause) {
    return error(
        "%s after %d%s bytes; run the same command again, it goes on from there if the server can"
            .formatted(
                guard.isSilent() ? "the server fell silent" : "the connection broke",
                done,
                total.isPresent() ? " of " + total.getAsLong() : ""),
        cause);
  }

  private void requireSize(long bytes) {
    if (bytes > ModelSource.MAX_WEIGHTS_BYTES) {
      throw error(
          "larger than the %d MB that a model can have"
              .formatted(ModelSource.MAX_WEIGHTS_BYTES >> 20),
          null);
    }
  }

  private Optional<String> knownVersion() throws IOException {
    return Files.exists(version) ? Optional.of(Files.readString(version)) : Optional.empty();
  }

  /** A weak tag does not tell whether bytes are the same (RFC 9110, 13.1.5). */
  private void keepVersion(HttpHeaders headers) throws IOException {
    Optional<String> tag =
        headers
            .firstValue("ETag")
            .filter(value -> value.startsWith("\""))
            .or(() -> headers.firstValue("Last-Modified"));
    if (tag.isPresent()) {
      Files.writeString(version, tag.get());
    } else {
      Files.deleteIfExists(version);
    }
  }

  private static String meaning(int status) {
    return switch (status) {
      case 401, 403, 407 -> ": it wants to know who asks; fetch the file by hand and import it";
      case 404, 410 -> ": there is no such file";
      case 429, 503 -> ": it is busy; try again later";
      default -> status / 100 == 3 ? ": a redirect that is not followed" : "";
    };
  }

  private static String reason(IOException e) {
    if (e instanceof HttpTimeoutException) {
      return "the server does not answer; check the address and the proxy";
    }
    if (e instanceof ConnectException) {
      return "no connection; check the address and the proxy";
    }
    if (e instanceof SSLException) {
      return "no secure connection: " + e.getMessage();
    }
    return "the connection failed: " + e.getMessage();
  }

  private PancreasException error(String message, Exception cause) {
    return new PancreasException(ErrorCode.MODEL, "cannot fetch " + url + ": " + message, cause);
  }
}
