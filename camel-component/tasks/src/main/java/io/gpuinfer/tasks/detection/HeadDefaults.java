package io.gpuinfer.tasks.detection;

import io.gpuinfer.tasks.image.Preset;
import java.util.List;

/**
 * What is done before and after a head where settings do not say.
 *
 * @param preset how a picture becomes the model's input
 * @param scoreThreshold the least score of a box
 * @param suppression what becomes of boxes that overlap
 * @param iou from which overlap on
 * @param firstClass the number of the class that the first label is for
 * @param labels of the classes, where the head knows them
 */
record HeadDefaults(
    Preset preset,
    double scoreThreshold,
    Suppression suppression,
    double iou,
    int firstClass,
    List<String> labels) {

  private static final List<String> FACE = List.of("face");

  static HeadDefaults face(
      Preset preset, double scoreThreshold, Suppression suppression, double iou) {
    return new HeadDefaults(preset, scoreThreshold, suppression, iou, 0, FACE);
  }

  static HeadDefaults things(
      Preset preset, double scoreThreshold, Suppression suppression, double iou, int firstClass) {
    return new HeadDefaults(preset, scoreThreshold, suppression, iou, firstClass, List.of());
  }
}
