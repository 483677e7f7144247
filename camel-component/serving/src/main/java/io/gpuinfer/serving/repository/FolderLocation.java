package io.gpuinfer.serving.repository;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A tree of model files in a folder. */
record FolderLocation(Path root) implements ModelLocation {

  private static final String FILE_SCHEME = "file:";

  /** The path that a user wrote, or that a {@code file:} URI holds. */
  static Path pathOf(String location) {
    try {
      // "file:models" is relative and no hierarchical URI; people write it all the same.
      return location.startsWith(FILE_SCHEME + "/")
          ? Path.of(URI.create(location))
          : Path.of(location.startsWith(FILE_SCHEME) ? location.substring(5) : location);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException("'" + location + "' is no path of a file or folder", e);
    }
  }

  @Override
  public List<String> children(String folder) {
    Path path = root.resolve(folder);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(path)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new ModelLoadException("Cannot list " + path + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<ModelSource> file(String path) {
    try {
      Path file = root.resolve(path);
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      // Symbolic links are resolved first: they must not lead out of the tree either.
      if (!file.toRealPath().startsWith(root.toRealPath())) {
        throw new ModelLoadException(file + " leads out of " + root);
      }
      return Optional.of(ModelSource.of(file));
    } catch (InvalidPathException | IOException e) {
      throw new ModelLoadException("Cannot read " + describe(path) + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<Path> folder() {
    return Optional.of(root);
  }

  @Override
  public String describe(String path) {
    return root.toAbsolutePath().normalize() + "/" + path;
  }
}
