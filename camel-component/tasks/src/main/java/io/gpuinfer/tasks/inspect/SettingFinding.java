package io.gpuinfer.tasks.inspect;

import java.util.List;

/**
 * A setting of a model's task.
 *
 * @param values its value, or the elements of its list
 * @param origin where it was set, or that it is the default
 */
public record SettingFinding(String name, List<String> values, String origin) {

  public SettingFinding {
    values = List.copyOf(values);
  }
}
