package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.ModelLoadException;
import java.util.List;

/**
 * What the classes of a model are called.
 *
 * @param names of the classes from the first on; a class is called by its number where there are
 *     none
 * @param firstClass the number of the class that the first name is for; those below are no things,
 *     but the background
 */
record Labels(List<String> names, int firstClass) {

  Labels {
    names = List.copyOf(names);
  }

  /** A class's place among the names. */
  int index(Candidate candidate) {
    return candidate.type() - firstClass;
  }

  /**
   * The name of a class.
   *
   * @param index its place
   * @throws ModelLoadException when there are names, but none for it
   */
  String name(int index) {
    if (names.isEmpty()) {
      return String.valueOf(index);
    }
    if (index >= names.size()) {
      throw new ModelLoadException(
          "The model answers class %d, but there are %d labels for the classes from %d on"
              .formatted(index + firstClass, names.size(), firstClass));
    }
    return names.get(index);
  }

  /**
   * Checks that there is a name for each class.
   *
   * @throws ModelLoadException when there is not
   */
  void requireFor(Head head, String model) {
    if (head.classes() != Head.UNKNOWN && !names.isEmpty() && names.size() != head.classes()) {
      throw new ModelLoadException(
          "%s: the label file has %d labels, but the model's outputs tell %d classes apart"
              .formatted(model, names.size(), head.classes()));
    }
  }
}
