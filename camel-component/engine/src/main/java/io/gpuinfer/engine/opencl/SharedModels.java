package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.onnx.ExternalData;
import io.gpuinfer.engine.onnx.OnnxReader;
import io.gpuinfer.engine.plan.Target;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The models of an engine's sessions. Sessions of the same bytes on the same device have one in
 * common, for as long as any of them is open. Safe for use by several threads.
 */
final class SharedModels {

  /**
   * @param digest of the model file
   * @param fusion whether actions are put together, which asks for other weights
   */
  private record Key(String digest, DeviceInfo device, Target target, boolean fusion) {}

  /** A model that sessions wait for or have. */
  private final class Entry {
    private final Key key;
    private int holders; // guarded by the models
    private ExternalData files;
    private SharedModel model;

    private Entry(Key key) {
      this.key = key;
    }

    /** The model, read from the first source that asks for it. */
    private synchronized SharedModel model(ModelSource source, byte[] bytes) {
      if (model == null) {
        files = ExternalData.of(source);
        model =
            new SharedModel(
                OnnxReader.read(source, bytes, files),
                key.target(),
                DeviceProgram.worksInPlace(key.device()),
                () -> leave(this));
      }
      return model;
    }

    /** Whether the model's other files are the source's too, as they are now. */
    private synchronized boolean isOf(ModelSource source) {
      return ExternalData.of(source).hasFilesOf(files);
    }
  }

  private final Map<Key, Entry> entries = new HashMap<>();

  /**
   * The model for one session, which has to close it once.
   *
   * @throws io.gpuinfer.engine.ModelLoadException when the source cannot be read or is no valid
   *     model
   */
  SharedModel open(ModelSource source, DeviceInfo device, LoadOptions options) {
    byte[] bytes = OnnxReader.bytes(source);
    Key key = new Key(digest(bytes), device, Devices.target(device, options), options.fusion());
    while (true) {
      Entry entry = join(key);
      boolean shared = false;
      try {
        SharedModel model = entry.model(source, bytes);
        shared = entry.isOf(source);
        if (shared) {
          return model;
        }
      } finally {
        if (!shared) {
          leave(entry);
        }
      }
      forget(entry); // a file beside the model has changed: sessions from now on read it anew
    }
  }

  private Entry join(Key key) {
    synchronized (entries) {
      Entry entry = entries.computeIfAbsent(key, Entry::new);
      entry.holders++;
      return entry;
    }
  }

  private void leave(Entry entry) {
    synchronized (entries) {
      if (--entry.holders == 0) {
        entries.remove(entry.key, entry);
      }
    }
  }

  private void forget(Entry entry) {
    synchronized (entries) {
      entries.remove(entry.key, entry);
    }
  }

  /** How many models are open. */
  int count() {
    synchronized (entries) {
      return entries.size();
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
