package io.gpuinfer.serving.repository;

import java.util.List;

/**
 * One setting of a model.
 *
 * @param values its value, or the elements of its list
 * @param origin where it was set, for messages
 */
public record Setting(List<String> values, String origin) {

  public Setting {
    values = List.copyOf(values);
  }

  /** A setting that a program makes. */
  public static Setting of(String... values) {
    return new Setting(List.of(values), "set by the program");
  }
}
