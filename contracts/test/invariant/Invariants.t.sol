// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Handler} from "../support/Handler.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice Random histories of eight settlements between six actors, over honest tokens and every odd one, with time passing. Each step is taken
/// by the escrow and, over twins of the tokens, by the plain reference implementation. In words, with where it is checked:
///
/// after every step, in `Handler.checkEverything`
/// 1.  The escrow can pay every held bit, in every state, except for what an issuer took out of it by force; no step makes that more.
/// 2.  The escrow and the reference agree: state and bits of every settlement, and the balance of every actor in every token.
/// 3.  What the events say is what is stored.
/// 4.  Nothing is held or armed after Executed, nothing is armed after Cancelled, an unknown settlement is all zero.
/// 5.  The lock is open between calls.
///
/// in each step, in `Handler._step`
/// 6.  The step succeeds in both or fails in both with the same error, and the error is one of the escrow's own.
/// 7.  Nobody's balance falls but the caller's and the signers'; an issuer's acts are no steps of the escrow.
/// 8.  With honest tokens: a full settlement in its window with an open gate executes; before it is full everybody can leave; what is held
///     after the end comes back.
/// 12. Under another chain id no signature of the escrow's own types counts, and everything else works as at home, 8 included.
///
/// in each event, in `History.fold`
/// 9.  States never go back; no event follows the end but refunds of a cancelled or expired settlement; nothing is refunded after Executed.
/// 10. A bit is set once and cleared once; a mark of withdrawal stays; a settlement is registered once and opened once.
/// 11. Before a leg moves from a wallet its terms were told.
///
/// A withdrawn leg never gets a bit from a signature, an unarmed leg never counts as in, and a stranger's registration changes no outcome: the
/// reference says so, and 2 and 6 hold the escrow to it.
contract InvariantsTest is EscrowTest {
    Handler private handler;

    function setUp() public override {
        handler = new Handler();
        handler.build();
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](20);
        selectors[0] = handler.doRegister.selector;
        selectors[1] = handler.doDeposit.selector;
        selectors[2] = handler.doDepositMany.selector;
        selectors[3] = handler.doDepositPermit2.selector;
        selectors[4] = handler.doDepositAndExecute.selector;
        selectors[5] = handler.doExecute.selector;
        selectors[6] = handler.doExecuteSwaps.selector;
        selectors[7] = handler.doSettleSigned.selector;
        selectors[8] = handler.doWithdraw.selector;
        selectors[9] = handler.doCancel.selector;
        selectors[10] = handler.doCancelAsOperator.selector;
        selectors[11] = handler.doCancelSigned.selector;
        selectors[12] = handler.doRefund.selector;
        selectors[13] = handler.doRefundMany.selector;
        selectors[14] = handler.passTime.selector;
        selectors[15] = handler.turnToken.selector;
        selectors[16] = handler.doIssuerAct.selector;
        selectors[17] = handler.doFund.selector;
        selectors[18] = handler.doDepositNext.selector;
        selectors[19] = handler.doAbroad.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    function invariant_EveryPromiseHolds() public view {
        handler.checkEverything();
    }

    function afterInvariant() public view {
        assertGt(handler.steps() + handler.acts(), 0);
    }
}
