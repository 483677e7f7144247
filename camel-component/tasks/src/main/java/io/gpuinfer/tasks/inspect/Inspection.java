package io.gpuinfer.tasks.inspect;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.tasks.TaskType;
import java.util.List;

/**
 * What is to be known of a model before it is served.
 *
 * @param name the model's name
 * @param version the version's name
 * @param task what it is served as
 * @param reasons why: sentences without a full stop
 * @param settings of the task: those that are set, and those that have a default
 * @param models its model files, by role
 */
public record Inspection(
    String name,
    String version,
    TaskType task,
    List<String> reasons,
    List<SettingFinding> settings,
    List<ModelFinding> models) {

  public Inspection {
    reasons = List.copyOf(reasons);
    settings = List.copyOf(settings);
    models = List.copyOf(models);
  }

  /** Whether there is a device that would run it all: a task's models are all on the same one. */
  public boolean runsSomewhere() {
    return models.get(0).devices().stream().anyMatch(device -> runsOn(device.device()));
  }

  /** Whether all of its models would run on a device, and fit its memory together. */
  public boolean runsOn(DeviceInfo device) {
    List<DeviceFinding> findings =
        models.stream()
            .flatMap(model -> model.devices().stream())
            .filter(finding -> finding.device().equals(device))
            .toList();
    long needed = findings.stream().mapToLong(DeviceFinding::neededBytes).sum();
    return findings.stream()
        .allMatch(finding -> finding.runs() && needed <= finding.availableBytes());
  }
}
