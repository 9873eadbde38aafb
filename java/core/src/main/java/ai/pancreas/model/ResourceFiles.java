package ai.pancreas.model;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;

/** Model files on the class path. */
final class ResourceFiles extends ModelFiles {
  private final URL base;
  private final String name;

  /**
   * Files beside each other.
   *
   * @param base a URL to which their names are relative
   * @param name what errors call their folder
   */
  ResourceFiles(URL base, String name) {
    this.base = base;
    this.name = name;
  }

  @Override
  String name(String file) {
    return name + "/" + file;
  }

  @Override
  InputStream open(String file) throws IOException {
    // Without caches, a jar is closed with the stream.
    URLConnection connection = new URL(base, file).openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }
}
