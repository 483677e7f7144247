package io.gpuinfer.engine.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Files in which a model keeps the elements of its tensors
 * (https://onnx.ai/onnx/repo-docs/ExternalData.html). The model is untrusted and names them: only
 * what lies in its own folder is read. Remembers which files it has found.
 */
public final class ExternalData {

  /** For tensors that belong to no model. */
  static final ExternalData NONE = new ExternalData(Optional.empty());

  /** What a Java array holds. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  /** Bytes read at once; whole elements of every type. */
  private static final int PIECE = 1 << 20;

  private final Optional<Path> folder;
  private final Map<String, FileStamp> found = new LinkedHashMap<>();

  /**
   * @param folder the model's folder; empty when there is none, and then every such tensor is
   *     refused
   */
  private ExternalData(Optional<Path> folder) {
    this.folder = folder;
  }

  public static ExternalData of(ModelSource source) {
    return new ExternalData(source.folder());
  }

  /** Whether the files that another model's tensors were found in are this one's, unchanged. */
  public boolean hasFilesOf(ExternalData other) {
    for (FileStamp stamp : other.found.values()) {
      String location = stamp.location();
      try {
        if (folder.isEmpty()
            || !stamp.equals(
                FileStamp.of(location, inside(folder.get().toRealPath(), location, location)))) {
          return false;
        }
      } catch (IOException | ModelLoadException e) {
        return false; // whoever reads it will say what is wrong
      }
    }
    return true;
  }

  /** Whether a tensor's elements are in another file. */
  public static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0;
  }

  /**
   * Finds a tensor's elements without reading them.
   *
   * @throws ModelLoadException when the tensor names no part of a file in the model's folder
   */
  public Region find(TensorProto tensor) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.getOrDefault("location", "");
    String what = "Tensor '" + tensor.getName() + "' is kept in the file '" + location + "'";
    if (folder.isEmpty()) {
      throw new ModelLoadException(
          what
              + ", and the model was not loaded from a folder that could have it; load the model"
              + " from its path, or save it as one file");
    }
    try {
      Path file = inside(folder.get().toRealPath(), location, what);
      FileStamp stamp = FileStamp.of(location, file);
      found.putIfAbsent(location, stamp); // as it was before anything was read
      long size = stamp.size();
      long offset = number(entries, "offset", 0, what);
      long length = number(entries, "length", Math.max(0, size - offset), what);
      if (offset > size || length > size - offset) {
        throw new ModelLoadException(
            what
                + " from byte "
                + offset
                + " on, "
                + length
                + " bytes of it, but the file has "
                + size);
      }
      return new Region(what, file, offset, length);
    } catch (IOException e) {
      throw new ModelLoadException(what + ", which cannot be read: " + e, e);
    }
  }

  private static Path inside(Path root, String location, String what) throws IOException {
    Path path;
    try {
      path = Path.of(location);
    } catch (InvalidPathException e) {
      throw new ModelLoadException(what + ", which is no name of a file", e);
    }
    boolean climbs = false;
    for (Path part : path) {
      climbs |= part.toString().equals("..");
    }
    if (location.isEmpty() || path.isAbsolute() || climbs) {
      throw new ModelLoadException(what + ", which is no path within the model's folder");
    }
    Path file = root.resolve(path).toRealPath();
    if (!file.startsWith(root)) {
      throw new ModelLoadException(what + ", which leads out of the model's folder");
    } else if (!Files.isRegularFile(file)) {
      throw new ModelLoadException(what + ", which is no file");
    }
    return file;
  }

  private static long number(Map<String, String> entries, String key, long otherwise, String what) {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new ModelLoadException(what + " with the " + key + " '" + text + "'", e);
    }
    throw new ModelLoadException(what + " with the " + key + " " + text);
  }

  /**
   * A part of a file.
   *
   * @param what names tensor and file in messages
   * @param file in the model's folder, without symbolic links
   * @param offset the first byte
   * @param length bytes, all of which the file had when it was looked at
   */
  public record Region(String what, Path file, long offset, long length) {

    /**
     * The bytes, of which there must be less than 2 GiB.
     *
     * @throws ModelLoadException when they cannot be read, or do not fit the memory
     */
    public ByteBuffer read() {
      checkLength();
      try {
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        read(bytes::put);
        return bytes.flip();
      } catch (OutOfMemoryError e) {
        // One large allocation failed: the heap itself is well.
        throw new ModelLoadException(what + ", which does not fit the Java heap; raise -Xmx", e);
      }
    }

    private void checkLength() {
      if (length > MAX_BYTES) {
        throw new ModelLoadException(what + " and has " + length + " bytes; 2 GiB are supported");
      }
    }

    /**
     * Hands the bytes out piece by piece, so that they are never in memory all at once. There must
     * be less than 2 GiB.
     *
     * @param to takes a piece of whole elements; the buffer is used again for the next one
     * @throws ModelLoadException when they cannot be read
     */
    void read(Consumer<ByteBuffer> to) {
      checkLength();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(length, PIECE));
        for (long done = 0; done < length; done += piece.limit()) {
          piece.clear().limit((int) Math.min(length - done, PIECE));
          while (piece.hasRemaining()) {
            if (channel.read(piece, offset + done + piece.position()) < 0) {
              throw new ModelLoadException(what + ", which is cut off");
            }
          }
          to.accept(piece.flip());
        }
      } catch (IOException e) {
        throw new ModelLoadException(what + ", which cannot be read: " + e, e);
      }
    }
  }
}
