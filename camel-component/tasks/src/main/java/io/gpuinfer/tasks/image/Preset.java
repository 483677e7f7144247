package io.gpuinfer.tasks.image;

import io.gpuinfer.tasks.image.Preprocessing.Channels;
import io.gpuinfer.tasks.image.Preprocessing.Layout;
import io.gpuinfer.tasks.image.Resampling.Interpolation;
import io.gpuinfer.tasks.image.Resizing.Position;
import java.util.List;

/** What models of well-known origins read. */
public enum Preset {
  /** torchvision's: 224 of 256, by the means and deviations of ImageNet. */
  IMAGENET(
      Resizing.shortest(224, 224.0 / 256, Interpolation.BILINEAR),
      Channels.RGB,
      Normalization.parts(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225))),
  /** TensorFlow's Inception: the middle seven eighths, −1 to 1. */
  INCEPTION(
      Resizing.shortest(299, 0.875, Interpolation.BILINEAR),
      Channels.RGB,
      Normalization.parts(0.5, 0.5)),
  /** Keras' MobileNet: all of it, −1 to 1. */
  MOBILENET(Resizing.stretch(224, 224), Channels.RGB, Normalization.parts(0.5, 0.5)),
  /** OpenAI's CLIP. */
  CLIP(
      Resizing.shortest(224, 1, Interpolation.BICUBIC),
      Channels.RGB,
      Normalization.parts(
          List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711))),
  /** Ultralytics' YOLO: on gray in the middle, 0 to 1; resized as OpenCV does. */
  YOLO(
      Resizing.letterbox(640, false, 114, Position.CENTER),
      Channels.RGB,
      Normalization.parts(0, 1)),
  /** YOLOX: on gray at the top left, blue first, 0 to 255; resized as OpenCV does. */
  YOLOX(Resizing.letterbox(640, false, 114, Position.TOP_LEFT), Channels.BGR, Normalization.none()),
  /** MediaPipe's: on black in the middle, −1 to 1. */
  MEDIAPIPE(
      Resizing.letterbox(128, true, 0, Position.CENTER),
      Channels.RGB,
      Normalization.parts(0.5, 0.5)),
  /** UltraFace: all of it, {@code (level − 127) / 128}. */
  ULTRAFACE(Resizing.stretch(320, 240), Channels.RGB, Normalization.levels(127, 128)),
  /** Levels as they are, of all of the picture, in the size that the model says. */
  RAW(Resizing.stretch(0, 0), Channels.RGB, Normalization.none());

  private final Preprocessing preprocessing;

  Preset(Resizing resizing, Channels channels, Normalization normalization) {
    this.preprocessing = new Preprocessing(resizing, channels, normalization, Layout.AUTO);
  }

  public Preprocessing preprocessing() {
    return preprocessing;
  }
}
