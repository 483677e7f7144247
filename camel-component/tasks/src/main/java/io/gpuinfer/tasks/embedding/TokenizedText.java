package io.gpuinfer.tasks.embedding;

/**
 * A text as the model reads it.
 *
 * @param ids numbers of the word pieces, with the special ones at both ends
 * @param typeIds which of two texts each belongs to
 * @param truncated whether the text was longer than the model takes and was cut
 */
record TokenizedText(long[] ids, long[] typeIds, boolean truncated) {

  int length() {
    return ids.length;
  }
}
