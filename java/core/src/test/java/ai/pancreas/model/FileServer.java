package ai.pancreas.model;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on this machine that serves one file, and can misbehave. */
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** What is served. */
  volatile byte[] file;

  /** The entity tag, or nothing. */
  volatile String tag = "\"1\"";

  /** The date, or nothing. */
  volatile String date;

  volatile boolean ranges = true;

  /** How a range is described, or null for how it should be. */
  volatile String contentRange;

  /** After how many bytes of an answer the connection breaks or falls silent; negative: never. */
  volatile int breakAfter = -1;

  volatile boolean silent;

  FileServer(byte[] file) throws IOException {
    this.file = file;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/weights.hdf5", this::serve);
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/weights.hdf5");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** The range that each request for the file asked for, "" where none. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    String condition = exchange.getRequestHeaders().getFirst("If-Range");
    requests.add(range == null ? "" : range);
    byte[] whole = file;
    if (tag != null) {
      exchange.getResponseHeaders().set("ETag", tag);
    }
    if (date != null) {
      exchange.getResponseHeaders().set("Last-Modified", date);
    }
    int start = 0;
    int status = 200;
    if (ranges && range != null && (condition.equals(tag) || condition.equals(date))) {
      start = Integer.parseInt(range.replaceAll("\\D", ""));
      status = start < whole.length ? 206 : 416;
      String real = "bytes %d-%d/%d".formatted(start, whole.length - 1, whole.length);
      exchange
          .getResponseHeaders()
          .set("Content-Range", contentRange == null ? real : contentRange);
    }
    byte[] body = status == 416 ? new byte[0] : Arrays.copyOfRange(whole, start, whole.length);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      if (breakAfter < 0) {
        out.write(body);
        return;
      }
      out.write(body, 0, Math.min(breakAfter, body.length));
      out.flush();
      if (silent) {
        closing.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
