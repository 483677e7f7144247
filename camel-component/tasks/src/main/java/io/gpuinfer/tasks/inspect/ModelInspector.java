package io.gpuinfer.tasks.inspect;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.InferenceEngine;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.onnx.ModelOutline;
import io.gpuinfer.engine.onnx.OperatorUse;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.engine.operators.Operators;
import io.gpuinfer.serving.capacity.Roofline;
import io.gpuinfer.serving.repository.KnownSetting;
import io.gpuinfer.serving.repository.KnownSettings;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.inference.InferredTask;
import io.gpuinfer.tasks.inference.TaskInference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Finds out what is to be known of a model before it is served; nothing of it runs for that. */
public final class ModelInspector {

  /** The newest version of ONNX's own operators of which this build's tests have a case. */
  private static final int NEWEST_OPSET = 23;

  private static final String ONNX = ".onnx";
  private static final int EXAMPLES = 3;

  private final DeviceTrial trial;

  /**
   * @param opencl has the OpenCL devices
   * @param host runs on the host's cores
   * @param peaks of an OpenCL device, where they are known; asked for once for each model file
   */
  public ModelInspector(
      OpenClEngine opencl, InferenceEngine host, Function<DeviceInfo, Optional<Roofline>> peaks) {
    this.trial = new DeviceTrial(opencl, host, peaks);
  }

  /**
   * Inspects a model with all its files.
   *
   * @param shapes of the request that is counted, by input name; what is not said is usual, as one
   *     text of 128 tokens is
   * @throws io.gpuinfer.engine.ModelLoadException when a file is missing or no model
   * @throws io.gpuinfer.engine.InvalidInputException when the shapes do not fit the inputs
   */
  public Inspection inspect(ModelEntry entry, Map<String, long[]> shapes) {
    InferredTask task = TaskInference.of(entry);
    Map<String, ModelSource> files = new TreeMap<>(entry.files());
    files.keySet().removeIf(role -> !isModel(role, files.get(role)));
    if (files.isEmpty()) {
      entry.file(ModelEntry.MODEL); // says what there is instead
    }
    List<ModelFinding> models = new ArrayList<>();
    files.forEach((role, file) -> models.add(model(role, file, shapes)));
    return new Inspection(
        entry.name(), entry.version(), task.type(), task.reasons(), settings(entry, task), models);
  }

  private static boolean isModel(String role, ModelSource file) {
    return role.equals(ModelEntry.MODEL) || file.name().endsWith(ONNX);
  }

  private static List<SettingFinding> settings(ModelEntry entry, InferredTask task) {
    List<SettingFinding> findings = new ArrayList<>();
    new TreeMap<>(entry.settings())
        .forEach(
            (name, setting) ->
                findings.add(new SettingFinding(name, setting.values(), setting.origin())));
    String name = task.type().name().toLowerCase(Locale.ROOT);
    for (KnownSetting known : KnownSettings.ofTask(name)) {
      if (!entry.settings().containsKey(known.name()) && !known.otherwise().isEmpty()) {
        findings.add(new SettingFinding(known.name(), List.of(known.otherwise()), "default"));
      }
    }
    return findings;
  }

  private ModelFinding model(String role, ModelSource file, Map<String, long[]> shapes) {
    ModelOutline outline = ModelOutline.read(file);
    return new ModelFinding(
        role,
        outline.name(),
        outline.fileBytes(),
        outline.irVersion(),
        outline.producer(),
        outline.opsets(),
        outline.inputs(),
        outline.outputs(),
        operators(outline),
        outline.parameters(),
        outline.weightBytes(),
        trial.of(file, TypicalShapes.of(role, outline.inputs(), shapes)),
        remarks(outline));
  }

  private static List<OperatorFinding> operators(ModelOutline outline) {
    Set<String> known = Operators.names();
    List<OperatorFinding> findings = new ArrayList<>();
    for (OperatorUse use : outline.operators()) {
      findings.add(
          new OperatorFinding(
              use.name(),
              use.opset(),
              use.nodes().size(),
              known.contains(use.name()),
              use.nodes().stream().limit(EXAMPLES).toList()));
    }
    return findings;
  }

  private static List<String> remarks(ModelOutline outline) {
    int opset = outline.opsets().getOrDefault("", 0);
    return opset <= NEWEST_OPSET
        ? List.of()
        : List.of(
            "opset %d is newer than %d, the newest that this build was tested with: operators that changed since are taken as they were"
                .formatted(opset, NEWEST_OPSET));
  }
}
