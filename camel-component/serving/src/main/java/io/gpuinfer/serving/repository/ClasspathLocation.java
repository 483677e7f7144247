package io.gpuinfer.serving.repository;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A tree of model files on the class path: in jars, or in folders of classes. */
final class ClasspathLocation implements ModelLocation {

  static final String SCHEME = "classpath:";

  private final String root;
  private final ClassLoader loader;

  ClasspathLocation(String root) {
    this.root = root.replaceAll("^/+|/+$", "");
    ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
    this.loader = ofThread != null ? ofThread : ClasspathLocation.class.getClassLoader();
  }

  @Override
  public List<String> children(String folder) {
    TreeSet<String> names = new TreeSet<>();
    try {
      for (URL url : Collections.list(loader.getResources(resource(folder)))) {
        names.addAll(list(url));
      }
    } catch (IOException e) {
      throw new ModelLoadException("Cannot list " + describe(folder) + ": " + e.getMessage(), e);
    }
    return List.copyOf(names);
  }

  @Override
  public Optional<ModelSource> file(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return Optional.ofNullable(loader.getResource(resource(path)))
        .map(url -> ModelSource.of(name, url));
  }

  @Override
  public Optional<Path> folder() {
    return Optional.empty();
  }

  @Override
  public String describe(String path) {
    return SCHEME + resource(path);
  }

  private String resource(String path) {
    return Stream.of(root, path).filter(p -> !p.isEmpty()).reduce((a, b) -> a + "/" + b).orElse("");
  }

  private static List<String> list(URL url) throws IOException {
    String uri = url.toString();
    return switch (url.getProtocol()) {
      case "file" -> list(Path.of(URI.create(uri)));
      case "jar" -> {
        // A file system of our own: the shared one of a jar may be closed by others at any time.
        int inside = uri.lastIndexOf("!/");
        Path jar = Path.of(URI.create(uri.substring("jar:".length(), inside)));
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
          yield list(files.getPath(uri.substring(inside + 1)));
        }
      }
      default -> List.of();
    };
  }

  private static List<String> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // a plain file beside the models' folders
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(ClasspathLocation::nameOf).toList();
    }
  }

  /** The zip file system ends the names of folders with a slash on some Java versions. */
  private static String nameOf(Path child) {
    return child.getFileName().toString().replace("/", "");
  }
}
