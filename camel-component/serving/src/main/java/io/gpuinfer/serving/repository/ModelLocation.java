package io.gpuinfer.serving.repository;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A tree of model files. Paths are relative to its root, with {@code /} between names. */
interface ModelLocation {

  /** A folder, a {@code file:} URI of one, or {@code classpath:} and a path. */
  static ModelLocation of(String location) {
    return location.startsWith(ClasspathLocation.SCHEME)
        ? new ClasspathLocation(location.substring(ClasspathLocation.SCHEME.length()))
        : new FolderLocation(FolderLocation.pathOf(location));
  }

  /**
   * A file that stands alone: a path, a {@code file:} URI, or {@code classpath:} and a path.
   *
   * @throws ModelLoadException when there is no such file
   */
  static ModelSource single(String uri) {
    Optional<ModelSource> file =
        uri.startsWith(ClasspathLocation.SCHEME)
            ? new ClasspathLocation("").file(uri.replaceFirst("^classpath:/*", ""))
            : Optional.of(FolderLocation.pathOf(uri))
                .filter(Files::isRegularFile)
                .map(ModelSource::of);
    return file.orElseThrow(() -> new ModelLoadException("There is no file " + uri));
  }

  /**
   * Names of the files and folders in a folder; empty when there is no such folder.
   *
   * @throws ModelLoadException when the folder is there but cannot be read
   */
  List<String> children(String folder);

  /**
   * A file of the tree.
   *
   * @throws ModelLoadException when the path leads out of the tree
   */
  Optional<ModelSource> file(String path);

  /** Its root, where that is a folder whose content may change; empty elsewhere. */
  Optional<Path> folder();

  /** Where a path of the tree is, for messages. */
  String describe(String path);
}
