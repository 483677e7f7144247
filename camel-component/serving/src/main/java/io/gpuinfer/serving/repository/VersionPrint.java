package io.gpuinfer.serving.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the files of a version look like from outside: equal prints are taken for equal content.
 *
 * @param files size in bytes and time of the last change, by path within the version's folder
 */
record VersionPrint(Map<String, String> files) {

  /**
   * The print of a folder. Links are followed to files but not to folders.
   *
   * @throws IOException when something cannot be read, such as a file that just went away
   */
  static VersionPrint of(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    Path root = folder.toRealPath();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.isRegularFile()) {
          files.put(
              root.relativize(path).toString(),
              attributes.size() + " " + attributes.lastModifiedTime());
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new VersionPrint(files);
  }
}
