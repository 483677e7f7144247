package io.gpuinfer.tasks.detection;

import io.gpuinfer.tasks.LabelFile;
import java.util.List;

/**
 * What the classes of a model are called.
 *
 * @param file the model's own labels
 * @param known what the head calls its classes, where there is no file
 * @param firstClass the number of the class that the first label is for; those below are no things,
 *     but the background
 */
record Labels(LabelFile file, List<String> known, int firstClass) {

  /** A class's place among the labels; below 0 for the background. */
  int index(Candidate candidate) {
    return candidate.type() - firstClass;
  }

  /**
   * The label at a place.
   *
   * @throws io.gpuinfer.engine.ModelLoadException when the file has none for it
   */
  String label(int index) {
    return file.size() == 0 && index < known.size() ? known.get(index) : file.label(index);
  }
}
