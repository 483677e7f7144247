package io.gpuinfer.engine.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What tells a file from another one, and from itself after a change, without reading it.
 *
 * @param location as the model names it
 * @param file where that is
 * @param size bytes
 * @param changed when it was written last
 * @param key the file system's own name of it, where there is one
 */
record FileStamp(String location, Path file, long size, FileTime changed, Optional<Object> key) {

  static FileStamp of(String location, Path file) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(
        location, file, now.size(), now.lastModifiedTime(), Optional.ofNullable(now.fileKey()));
  }
}
