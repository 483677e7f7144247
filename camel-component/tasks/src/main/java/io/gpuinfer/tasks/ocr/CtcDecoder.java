package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads text off the answer of a recogniser trained with CTC (Graves et al., "Connectionist
 * Temporal Classification", 2006), greedily: of each step the likeliest class, repeats taken once,
 * blanks left out.
 */
final class CtcDecoder {

  private static final int BLANK = 0;

  /** By class: the blank, the keys, the space. */
  private final List<String> classes;

  /**
   * @param keys a file of one character a line
   * @throws ModelLoadException when it cannot be read
   */
  CtcDecoder(ModelSource keys) {
    List<String> characters = new ArrayList<>(List.of(""));
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(keys.opener().open(), StandardCharsets.UTF_8))) {
      reader.lines().forEach(characters::add);
    } catch (IOException e) {
      throw new ModelLoadException("Cannot read the keys " + keys.name() + ": " + e, e);
    }
    characters.add(" ");
    this.classes = List.copyOf(characters);
  }

  /**
   * A line of text.
   *
   * @param text what it says
   * @param score mean probability of its characters; 0 without any
   */
  record Reading(String text, double score) {}

  /**
   * Reads one row of the model's answer.
   *
   * @param probabilities of shape [lines, steps, classes]
   */
  Reading read(Tensor probabilities, int line) {
    int steps = (int) probabilities.dim(1);
    int count = (int) probabilities.dim(2);
    if (count != classes.size()) {
      throw new ModelLoadException(
          "The recogniser tells %d classes apart, but the keys make %d"
              .formatted(count, classes.size()));
    }
    FloatBuffer values = probabilities.floats();
    StringBuilder text = new StringBuilder();
    double sum = 0;
    int characters = 0;
    int before = BLANK;
    for (int step = 0; step < steps; step++) {
      int at = (line * steps + step) * count;
      int best = likeliest(values, at, count);
      if (best != BLANK && best != before) {
        text.append(classes.get(best));
        sum += values.get(at + best);
        characters++;
      }
      before = best;
    }
    return new Reading(text.toString(), characters == 0 ? 0 : sum / characters);
  }

  private static int likeliest(FloatBuffer values, int at, int count) {
    int best = 0;
    float highest = values.get(at);
    for (int i = 1; i < count; i++) {
      float value = values.get(at + i);
      if (value > highest) {
        highest = value;
        best = i;
      }
    }
    return best;
  }
}
