import { ApiError, hasCode, NO_NETWORK } from '@/api/errors';
import { recordingPlace, sendPiece } from '@/api/recordings';
import { forgetBefore, forgetFrom, forgetRecording, keepPiece, pieceOf } from './spool';
import type { Ways } from './uploader';

/** The browser's own spool, and the server. */
export const WAYS: Ways = {
  pieceOf,
  keepPiece,
  forgetBefore,
  forgetFrom,
  forgetRecording,
  place: recordingPlace,
  send: (piece, offset) => sendPiece(piece.recordingId, offset, piece.content, piece.last),
  meaning: (error) => {
    if (hasCode(error, 'recording_stopped')) return 'stopped';
    if (hasCode(error, 'recording_over')) return 'over';
    if (hasCode(error, 'wrong_offset')) return 'elsewhere';
    if (hasCode(error, 'recording_not_found')) return 'gone';
    if (error instanceof ApiError && error.code !== NO_NETWORK && error.status === 422) return 'gone';
    return 'no-answer';
  },
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
};
