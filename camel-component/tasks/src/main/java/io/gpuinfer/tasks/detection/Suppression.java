package io.gpuinfer.tasks.detection;

/** What becomes of boxes that overlap a surer one of their class. */
enum Suppression {
  /** They are dropped. */
  GREEDY,
  /**
   * They move the surer one: the answer is their mean, weighted by score (Bazarevsky et al.,
   * "BlazeFace", 2019, section 3.4, post-processing). Boxes of a video tremble less so.
   */
  BLEND,
  /** They stay: the model has seen to it. */
  NONE
}
