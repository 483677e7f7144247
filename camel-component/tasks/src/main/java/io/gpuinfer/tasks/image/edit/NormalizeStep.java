package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.tasks.image.GraphBuilder;
import io.gpuinfer.tasks.image.Preprocessing;
import io.gpuinfer.tasks.image.Preprocessing.Channels;

/**
 * Makes of levels what a model reads; the end of all steps.
 *
 * @param preprocessing whose normalisation and order of channels to take
 */
record NormalizeStep(Preprocessing preprocessing) implements Step {

  @Override
  public String addTo(GraphBuilder graph, String from, String name) {
    String ordered = from;
    if (preprocessing.channels() == Channels.BGR) {
      ordered = FlipStep.reverse(graph, from, name + ".blueFirst", 1);
    }
    preprocessing.normalization().addTo(graph, ordered, name, 1, 3, 1, 1);
    return name;
  }
}
