package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.inference.TaskInference;
import io.gpuinfer.tasks.inspect.TypicalShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A model file to plan for.
 *
 * @param name entry, and role where the entry has several models
 * @param source the file
 * @param shape extents of an item, where they are known; else empty
 * @param maxBatch items that may share a run
 * @param itemsPerRequest items of the model for one request
 */
record SelectedModel(
    String name, ModelSource source, List<Long> shape, int maxBatch, int itemsPerRequest) {

  private static final long COLOURS = 3;

  /** Whole pictures come in all sizes and run by themselves. */
  private static final String UNBATCHED = "detection";

  /**
   * All models that a caller names.
   *
   * @throws io.gpuinfer.engine.ModelLoadException when one is not there
   */
  static List<SelectedModel> of(CapacityOptions options) {
    ModelRepository repository = ModelRepository.at(options.repository());
    List<SelectedModel> selected = new ArrayList<>();
    for (ModelChoice choice : options.models()) {
      ModelEntry entry = repository.find(choice.entry());
      if (choice.role().isPresent()) {
        String role = choice.role().get();
        selected.add(of(entry, role, entry.file(role), choice, options));
        continue;
      }
      new TreeMap<>(entry.files())
          .forEach(
              (role, file) -> {
                if (file.name().endsWith(".onnx")) {
                  selected.add(of(entry, role, file, choice, options));
                }
              });
    }
    return selected;
  }

  private static SelectedModel of(
      ModelEntry entry,
      String role,
      ModelSource file,
      ModelChoice choice,
      CapacityOptions options) {
    boolean ocr = TaskInference.of(entry).type() == TaskType.OCR;
    List<Long> sides = ocr ? TypicalShapes.ofOcr(role) : List.of();
    List<Long> known = sides.isEmpty() ? List.of() : List.of(COLOURS, sides.get(0), sides.get(1));
    return new SelectedModel(
        role.equals(ModelEntry.MODEL) ? entry.name() : entry.name() + "/" + role,
        file,
        options.shape().isEmpty() ? known : options.shape(),
        ocr && role.equals(UNBATCHED) ? 1 : options.maxBatch(),
        choice.itemsPerRequest());
  }
}
