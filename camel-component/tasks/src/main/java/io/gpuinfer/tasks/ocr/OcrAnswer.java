package io.gpuinfer.tasks.ocr;

import io.gpuinfer.tasks.JsonText;

/** What the answer to a picture is. */
enum OcrAnswer {
  /** An {@link OcrResult}. */
  RESULT,
  /** Its text alone. */
  TEXT,
  /** Its JSON, as a text. */
  JSON;

  Object of(OcrResult result) {
    return switch (this) {
      case RESULT -> result;
      case TEXT -> result.text();
      case JSON -> JsonText.of(result);
    };
  }
}
