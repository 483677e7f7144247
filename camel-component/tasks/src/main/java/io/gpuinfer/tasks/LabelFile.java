package io.gpuinfer.tasks;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a model calls its classes: a text file in UTF-8, one label a line, in the model's order; or
 * the setting {@code labels}, a list of them, which counts where both are there.
 */
public final class LabelFile {

  /** The role of the file, and the name of the setting. */
  public static final String ROLE = "labels";

  private static final int MAX_BYTES = 8 << 20;
  private static final int MAX_LABELS = 1 << 18;
  private static final int MAX_LENGTH = 1000;

  /** Some editors begin a file with this; it is part of no label. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final String LINES = "lines";

  private final String name;
  private final List<String> labels;
  private final String unit;

  private LabelFile(String name, List<String> labels, String unit) {
    this.name = name;
    this.unit = unit;
    this.labels = labels;
  }

  /**
   * The labels of a model. One without a label file calls its classes by their numbers.
   *
   * @throws ModelLoadException when the file cannot be read, or is longer than any label file
   */
  public static LabelFile of(ModelEntry entry) {
    Setting setting = entry.settings().get(ROLE);
    if (setting != null) {
      return new LabelFile("of " + setting.origin(), setting.values(), "elements");
    }
    ModelSource file = entry.files().get(ROLE);
    return file == null ? new LabelFile(ROLE, List.of(), LINES) : read(file);
  }

  /**
   * Reads a file.
   *
   * @throws ModelLoadException when that cannot be done, or it is longer than any label file
   */
  static LabelFile read(ModelSource file) {
    byte[] bytes;
    try (InputStream stream = file.opener().open()) {
      bytes = stream.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new ModelLoadException("Cannot read the labels " + file.name() + ": " + e, e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new ModelLoadException(
          "The labels %s are over the limit of %d MiB".formatted(file.name(), MAX_BYTES >> 20));
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    List<String> labels =
        (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
            .lines()
            .limit(MAX_LABELS + 1L)
            .map(String::strip)
            .toList();
    if (labels.size() > MAX_LABELS) {
      throw new ModelLoadException(
          "The labels %s are more than %d".formatted(file.name(), MAX_LABELS));
    }
    for (int i = 0; i < labels.size(); i++) {
      if (labels.get(i).length() > MAX_LENGTH) {
        throw new ModelLoadException(
            "%s:%d: a label of %d characters, over the limit of %d"
                .formatted(file.name(), i + 1, labels.get(i).length(), MAX_LENGTH));
      }
    }
    return new LabelFile(file.name(), labels, LINES);
  }

  /**
   * Checks that there is a label for each class.
   *
   * @throws ModelLoadException when there are more or fewer
   */
  public void requireCount(int classes) {
    if (!labels.isEmpty() && labels.size() != classes) {
      throw new ModelLoadException(
          "The model tells %d classes apart, but the labels %s are %d %s"
              .formatted(classes, name, labels.size(), unit));
    }
  }

  /** How many there are; 0 for a model without a label file. */
  public int size() {
    return labels.size();
  }

  /**
   * What a class is called.
   *
   * @throws ModelLoadException when there are labels, but none for it
   */
  public String label(int index) {
    if (labels.isEmpty()) {
      return String.valueOf(index);
    }
    if (index >= labels.size()) {
      throw new ModelLoadException(
          "The model answers class %d, counted from 0, but the labels %s are %d %s"
              .formatted(index, name, labels.size(), unit));
    }
    return labels.get(index);
  }
}
