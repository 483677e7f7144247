package io.gpuinfer.tasks.detection;
import io.gpuinfer.tasks.image.Picture;
record DrawnDetections(DetectionResult result, Picture picture) {
  static DrawnDetections of(Picture picture, DetectionResult result) { return new DrawnDetections(result, picture); }
}
