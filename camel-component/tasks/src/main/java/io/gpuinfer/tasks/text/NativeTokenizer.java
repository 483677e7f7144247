package io.gpuinfer.tasks.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.ModelLoadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The library's tokenizer, whose native memory is given back once and only while nobody is in it:
 * at {@link #close()}, or when the last of those who are in it then comes out.
 */
final class NativeTokenizer implements AutoCloseable {

  private static final String FLAVOR = "RUST_FLAVOR";

  static {
    // Where it finds CUDA, the library would fetch a build for it over the network; tokenizers do
    // not use it.
    if (System.getenv(FLAVOR) == null && System.getProperty(FLAVOR) == null) {
      System.setProperty(FLAVOR, "cpu");
    }
  }

  private final HuggingFaceTokenizer tokenizer;
  private final String name;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile boolean closing;

  private NativeTokenizer(HuggingFaceTokenizer tokenizer, String name) {
    this.tokenizer = tokenizer;
    this.name = name;
  }

  /**
   * Opens a tokenizer.
   *
   * @param mostPieces where it cuts texts; 0 for nowhere
   * @throws ModelLoadException when the file is none
   */
  static NativeTokenizer open(byte[] file, String name, int mostPieces) {
    Map<String, String> options =
        mostPieces == 0
            ? Map.of("padding", "false", "truncation", "false")
            : Map.of(
                "padding",
                "false",
                "truncation",
                "true",
                "maxLength",
                String.valueOf(mostPieces),
                "modelMaxLength",
                String.valueOf(mostPieces));
    try (InputStream stream = new ByteArrayInputStream(file)) {
      return new NativeTokenizer(HuggingFaceTokenizer.newInstance(stream, options), name);
    } catch (IOException | RuntimeException e) {
      throw new ModelLoadException("Cannot read the tokenizer " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * The pieces of a text, without special ones.
   *
   * @throws GpuInferException when it is closed
   */
  long[] pieces(String text) {
    lock.readLock().lock();
    try {
      if (closing) {
        throw new GpuInferException("The tokenizer " + name + " is closed");
      }
      return tokenizer.encode(text, false, false).getIds();
    } finally {
      lock.readLock().unlock();
      freeWhenUnused();
    }
  }

  /** What becomes of a text; before anyone else has this tokenizer. */
  Encoding example(String text) {
    return tokenizer.encode(text);
  }

  /** What becomes of a pair of texts; before anyone else has this tokenizer. */
  Encoding example(String first, String second) {
    return tokenizer.encode(first, second);
  }

  /** Takes no more texts; waits for nobody. */
  @Override
  public void close() {
    closing = true;
    freeWhenUnused();
  }

  /** Whoever holds the lock that this does not get sees that it closes, and comes here after. */
  private void freeWhenUnused() {
    if (closing && lock.writeLock().tryLock()) {
      try {
        tokenizer.close();
      } finally {
        lock.writeLock().unlock();
      }
    }
  }
}
