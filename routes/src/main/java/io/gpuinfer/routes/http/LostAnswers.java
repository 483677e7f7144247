package io.gpuinfer.routes.http;

import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of answers that cannot be written. That a caller is gone is no fault, and callers
 * must not be able to fill a log; anything else is logged as a failure.
 */
public final class LostAnswers implements ExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(LostAnswers.class);

  @Override
  public void handleException(Throwable thrown) {
    handleException("An answer was not written", thrown);
  }

  @Override
  public void handleException(String message, Throwable thrown) {
    handleException(message, null, thrown);
  }

  @Override
  public void handleException(String message, Exchange exchange, Throwable thrown) {
    if (thrown instanceof IOException) {
      LOG.debug("The caller was gone before its answer: {}", thrown.getMessage());
    } else {
      LOG.error(message, thrown);
    }
  }
}
