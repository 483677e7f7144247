package io.gpuinfer.tasks.detection;

import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.image.Preset;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The heads that are known, with what their authors run them with. The order is that in which they
 * are tried, the most particular first.
 */
enum HeadType {
  /** {@link BlazeFaceHead}; the values are those of MediaPipe's {@code face_detection}. */
  BLAZEFACE(
      BlazeFaceHead::recognises,
      BlazeFaceHead::of,
      HeadDefaults.face(Preset.MEDIAPIPE, 0.5, Suppression.BLEND, 0.3)),
  /** {@link UltraFaceHead}. */
  ULTRAFACE(
      UltraFaceHead::recognises,
      UltraFaceHead::of,
      HeadDefaults.face(Preset.ULTRAFACE, 0.7, Suppression.GREEDY, 0.3)),
  /** {@link SsdHead}; class 0 is the background, which has no label. */
  SSD(
      SsdHead::recognises,
      SsdHead::of,
      HeadDefaults.things(Preset.RAW, 0.5, Suppression.NONE, 0.5, 1)),
  /** {@link YoloV10Head}. */
  YOLOV10(
      YoloV10Head::recognises,
      YoloV10Head::of,
      HeadDefaults.things(Preset.YOLO, 0.25, Suppression.NONE, 0.45, 0)),
  /** {@link YoloV8Head}. */
  YOLOV8(
      YoloV8Head::recognises,
      YoloV8Head::of,
      HeadDefaults.things(Preset.YOLO, 0.25, Suppression.GREEDY, 0.45, 0)),
  /** {@link YoloV5Head}. */
  YOLOV5(
      YoloV5Head::recognises,
      YoloV5Head::of,
      HeadDefaults.things(Preset.YOLO, 0.25, Suppression.GREEDY, 0.45, 0)),
  /** {@link YoloXHead}. */
  YOLOX(
      YoloXHead::recognises,
      YoloXHead::of,
      HeadDefaults.things(Preset.YOLOX, 0.3, Suppression.GREEDY, 0.45, 0));

  /** The setting that names the head. */
  static final String SETTING = "head";

  private static final String AUTO = "auto";

  private final Predicate<ModelOutputs> recognises;
  private final Function<ModelOutputs, Head> head;
  private final HeadDefaults defaults;

  HeadType(
      Predicate<ModelOutputs> recognises,
      Function<ModelOutputs, Head> head,
      HeadDefaults defaults) {
    this.recognises = recognises;
    this.head = head;
    this.defaults = defaults;
  }

  /**
   * The head that is set, or else that the outputs tell.
   *
   * @throws io.gpuinfer.engine.ModelLoadException when neither tells one
   */
  static HeadType of(Settings settings, ModelOutputs model) {
    if (!settings.text(SETTING, AUTO).equalsIgnoreCase(AUTO)) {
      return settings.choice(SETTING, SSD);
    }
    return recognised(model)
        .orElseThrow(
            () ->
                model.misfit(
                    "no head is known by its outputs; if it is one of %s, set 'head'"
                        .formatted(Arrays.toString(values()))));
  }

  /** The head that the outputs tell. */
  static Optional<HeadType> recognised(ModelOutputs model) {
    return Arrays.stream(values()).filter(type -> type.recognises.test(model)).findFirst();
  }

  /**
   * The head of a model.
   *
   * @throws io.gpuinfer.engine.ModelLoadException when the outputs are not those of one
   */
  Head head(ModelOutputs model) {
    return head.apply(model);
  }

  HeadDefaults defaults() {
    return defaults;
  }
}
