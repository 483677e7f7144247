package io.gpuinfer.benchmarks.load;

import io.gpuinfer.serving.Priority;
import java.util.List;
import java.util.SplittableRandom;

/** An endless sequence of requests, the same for the same seed. Several callers may share it. */
final class RequestSequence {

  private final List<String> texts;
  private final PriorityMix mix;
  private final SplittableRandom random;
  private int next;

  RequestSequence(List<String> texts, PriorityMix mix, long seed) {
    this.texts = List.copyOf(texts);
    this.mix = mix;
    this.random = new SplittableRandom(seed);
  }

  synchronized Request next() {
    Priority priority = mix.draw(random);
    String text = texts.get(next);
    next = (next + 1) % texts.size();
    return new Request(text, priority);
  }
}
